"""What the learner has reached, lab by lab: the states, what a grading does to them, and how they are written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from grader.report import Report

STATES = ("not started", "in progress", "passed", "regressed")
TRIES_FOR_SOLUTION = 3
"""So many gradings without a pass open the reference solution."""

_VERSION = 2
_TRIED = ("failed", "crashed", "timeout")


@dataclass(frozen=True, slots=True)
class LabProgress:
    """One lab's progress.

    `tries` counts gradings that ran and did not pass; `passed_at` is when it first passed (UTC, ISO 8601, or empty);
    `best` is the largest number of checks that ever passed, `checks` how many the lab had then; `stuck_on` is the id of
    the first check that failed in the last grading; `hints` says up to which level hints were shown, by check.
    """

    state: str = STATES[0]
    tries: int = 0
    best: int = 0
    checks: int = 0
    passed_at: str = ""
    stuck_on: str = ""
    hints: Mapping[str, int] = field(default_factory=dict)

    @property
    def may_see_solution(self) -> bool:
        """Whether the reference solution may be shown: after a pass, or enough tries."""
        return bool(self.passed_at) or self.state in ("passed", "regressed") or self.tries >= TRIES_FOR_SOLUTION


Progress = Mapping[str, LabProgress]
"""By a lab's two-digit number."""


class ProgressError(ValueError):
    """A text that is not progress as this course writes it."""


def next_state(before: str, verdict: str) -> str:
    """Return a lab's state after a grading with this verdict."""
    if verdict == "passed":
        return "passed"
    if verdict in ("not-attempted", "cannot-grade"):
        return before
    return "regressed" if before in ("passed", "regressed") else "in progress"


def graded(before: LabProgress, report: Report, now: datetime, *, new_try: bool = True) -> LabProgress:
    """Return a lab's progress after a grading; `new_try` is false for one that repeats the last, as `--watch` may."""
    outcomes = [result.outcome for result in report.checks]
    passed_at = before.passed_at
    if report.verdict == "passed" and not passed_at:
        passed_at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return replace(
        before,
        state=next_state(before.state, report.verdict),
        tries=before.tries + (new_try and report.verdict in _TRIED),
        best=max(before.best, outcomes.count("passed")),
        checks=len(outcomes) or before.checks,
        passed_at=passed_at,
        stuck_on=next((result.id for result in report.checks if result.outcome == "failed"), ""),
    )


def hint_shown(before: LabProgress, check: str, level: int) -> LabProgress:
    """Return a lab's progress after a hint of this level was shown for a check."""
    return replace(before, hints={**before.hints, check: max(level, before.hints.get(check, 0))})


def to_text(progress: Progress) -> str:
    """Return progress as it is written: JSON with a version, and a seal that tells a damaged file from a whole one."""
    labs = {number: asdict(lab) for number, lab in sorted(progress.items())}
    return json.dumps({"version": _VERSION, "labs": labs, "seal": _seal(labs)}, indent=1) + "\n"


def _seal(labs: Any) -> str:
    return hashlib.sha256(json.dumps(labs, sort_keys=True).encode()).hexdigest()


def from_text(text: bytes) -> dict[str, LabProgress]:
    """Read progress, as it is written now or as version 1 wrote it: `{"06": "passed"}`.

    Raises:
        ProgressError: if it is neither.
    """
    try:
        whole = json.loads(text.decode())
        if "version" not in whole:
            return {_number(number): _lab({"state": state}) for number, state in whole.items()}
        if whole["version"] != _VERSION or whole["seal"] != _seal(whole["labs"]):
            raise ProgressError("the version or the seal is another")
        return {_number(number): _lab(entry) for number, entry in whole["labs"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProgressError(str(error)) from error


def is_sealed(text: bytes) -> bool:
    """Tell whether a text is progress that this version of the grader wrote."""
    try:
        return text == to_text(from_text(text)).encode()
    except ProgressError:
        return False


def _number(text: str) -> str:
    if not re.fullmatch(r"[0-9]{2}", text):
        raise ProgressError(f"{text[:20]!r} is no lab")
    return text


def _lab(entry: dict[str, Any]) -> LabProgress:
    lab = LabProgress(**entry)
    counts = (lab.tries, lab.best, lab.checks, *lab.hints.values())
    texts = (lab.passed_at, lab.stuck_on, *lab.hints)
    whole = lab.state in STATES and all(type(count) is int and count >= 0 for count in counts)
    if not whole or not all(isinstance(text, str) for text in texts):
        raise ProgressError("an entry is not as it is written")
    return lab
