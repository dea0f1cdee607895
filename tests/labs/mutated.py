"""What a lab's reference emitted on a seed, beside the truth, and every mutant of it on trial."""

from functools import cache

from grader.evidence import Evidence
from grader.labs import find_lab
from grader.mutants import Declared, Trial, load_checks, mutants_of, read_declared, trial
from grader.notebook import runnable
from grader.sandbox import run_notebook


@cache
def emitted(number: str, seed: int) -> Evidence:
    """Run a lab's reference as it is graded, and return its telemetry and ledger."""
    lab = find_lab(number)
    ran = run_notebook(runnable(lab.reference).cells, lab.scenario, seed, lab.time_limit_s)
    assert ran.ending == "done", ran.message
    return Evidence(ran.telemetry, ran.ledger)


@cache
def trials(number: str, seed: int) -> tuple[Trial, ...]:
    """Try every mutant of it."""
    evidence = emitted(number, seed)
    return tuple(trial(load_checks(find_lab(number).checks_file), evidence, mutants_of(evidence.telemetry)))


def declared(number: str) -> Declared:
    """What the lab declares of parts that are free, and of survivors."""
    return read_declared(find_lab(number).folder / "survivors.toml")


def unexplained(number: str, seed: int) -> list[str]:
    """Name the mutants that no check catches and no declaration explains."""
    known = declared(number)
    return [
        one.mutant.name
        for one in trials(number, seed)
        if not one.caught
        and one.mutant.part not in known.free
        and not any(survivor.is_it(one.mutant) for survivor in known.survivors)
    ]
