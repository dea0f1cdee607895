"""A mutant on trial: a lab's checks called directly, without a session of pytest for each of a thousand mutants."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.checks import Check, CheckFunction, Mismatch
from grader.declared import declared_checks
from grader.evidence import Evidence
from grader.mutants.change import Mutant

Checks = tuple[CheckFunction, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant, and the checks that failed on it, by id."""

    mutant: Mutant
    failed: frozenset[str]

    @property
    def caught(self) -> bool:
        """Tell whether any check noticed."""
        return bool(self.failed)


def load_checks(checks_file: Path) -> Checks:
    """Load a lab's checks in the order in which they stand; they are ours, not the learner's."""
    spec = importlib.util.spec_from_file_location(f"checks_of_{checks_file.parent.name}", checks_file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(getattr(module, name) for name, _ in declared_checks(checks_file))


def outcomes(checks: Checks, evidence: Evidence) -> dict[str, str]:
    """Return the outcome of each check by its id: what `run_checks` says, at a quarter of its time."""
    found: dict[str, str] = {}
    for function in checks:
        check: Check = function.__check__  # type: ignore[attr-defined]  # the mark that `check` leaves
        if any(found.get(earlier) != "passed" for earlier in check.after):
            found[check.id] = "blocked"
            continue
        try:
            function(evidence)
            found[check.id] = "passed"
        except Mismatch:
            found[check.id] = "failed"
    return found


def trial(checks: Checks, evidence: Evidence, mutants: Iterable[Mutant]) -> Iterator[Trial]:
    """Try mutants of what a right solution emitted, against the ledger of its run.

    Raises:
        Exception: whatever a check raised that is no mismatch, with a note that names the mutant.
    """
    for mutant in mutants:
        try:
            found = outcomes(checks, replace(evidence, telemetry=mutant.telemetry))
        except Exception as error:
            error.add_note(f"The mutant: {mutant.name}")
            raise
        yield Trial(mutant, frozenset(name for name, outcome in found.items() if outcome == "failed"))
