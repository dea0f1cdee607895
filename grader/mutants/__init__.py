"""Mutants of telemetry: what a right solution emitted, with one thing changed. A lab's checks have to notice each."""

from grader.mutants.all_mutants import mutants_of
from grader.mutants.change import Mutant
from grader.mutants.survivors import Declared, Survivor, read_declared
from grader.mutants.trial import Checks, Trial, load_checks, outcomes, trial

__all__ = [
    "Checks",
    "Declared",
    "Mutant",
    "Survivor",
    "Trial",
    "load_checks",
    "mutants_of",
    "outcomes",
    "read_declared",
    "trial",
]
