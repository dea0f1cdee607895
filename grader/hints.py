"""`grade 06 --hint`: the next hint for the check that failed first. The report showed hint 1; hints cost nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from grader.progress import TRIES_FOR_SOLUTION, LabProgress

LEVELS = 3
_SHOWN_BY_REPORT = 1


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say, line by line, and which level (0: none) is shown now for which check."""

    lines: tuple[str, ...]
    check: str = ""
    level: int = 0


def next_hint(
    number: str,
    lab: LabProgress,
    titles: Mapping[str, str],
    hints: Mapping[str, tuple[str, str, str]],
    columns: int = 80,
) -> Hint:
    """Return the next hint of a lab; `titles` and `hints` are those of its checks, by id."""

    def wrapped(begin: str, text: str) -> list[str]:
        return textwrap.wrap(text, columns, initial_indent=begin, subsequent_indent=" " * len(begin))

    if lab.stuck_on not in hints:
        return Hint((_nothing_failed(number, lab),))
    before = max(_SHOWN_BY_REPORT, lab.hints.get(lab.stuck_on, 0))
    level = min(before + 1, LEVELS)
    lines = wrapped("✗ ", titles[lab.stuck_on])
    for n, text in enumerate(hints[lab.stuck_on][:level], start=1):
        lines += wrapped(f"  hint {n} of {LEVELS}  ", text)
    if before == LEVELS:
        lines += wrapped("  ", f"These are all. {after_the_last(number, lab)}")
    return Hint(tuple(lines), lab.stuck_on, level)


def _nothing_failed(number: str, lab: LabProgress) -> str:
    if lab.state == "passed":
        return f"Lab {number} is passed: nothing to hint at. The reference: grade {number} --solution"
    if not lab.tries and lab.state == "not started":
        return f"Nothing was graded yet. Do task 1 of the notebook, then type: grade {number}"
    return f"No check failed in the last grading, so there is no hint. See it again: grade {number}"


def after_the_last(number: str, lab: LabProgress) -> str:
    """Return what to do when there are no more hints."""
    if lab.may_see_solution:
        return f"The reference beside yours: grade {number} --solution"
    left = TRIES_FOR_SOLUTION - lab.tries
    return f"Change something and type: grade {number}. After {more_tries(left)}, --solution shows the reference."


def more_tries(number: int) -> str:
    """Return "1 more try", "2 more tries"."""
    return f"{number} more {'try' if number == 1 else 'tries'}"
