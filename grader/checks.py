"""The vocabulary of a lab's checks: one sentence, one assertion, three hints, and what it builds on.

@check(anchor="errors", after=[one_span_per_attempt], hints=("...", "...", "..."))
def marks_errors(evidence: Evidence) -> None:
    '''Each failed attempt has status ERROR and an error.type; an answered one has neither.'''
    compare(evidence.calls, expected=..., got=...)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.evidence import Call, Evidence

_LONGEST = 240

CheckFunction = Callable[[Evidence], None]


@dataclass(frozen=True, slots=True)
class Check:
    """What a check says of itself.

    `id` is its function's name, `title` its sentence, `anchor` the paragraph of the lesson that teaches it, `after` the
    ids of the checks it builds on, `hints` three, from where to look to nearly the line.
    """

    id: str
    title: str
    anchor: str
    after: tuple[str, ...]
    hints: tuple[str, str, str]


class Mismatch(AssertionError):
    """A check that failed: what was expected, what was found, where, and the likeliest mistake if it shows one."""

    def __init__(self, expected: str, got: str, where: str = "", likely: str = "", hint: str = "") -> None:
        """Keep the texts; `hint` replaces the check's first one when what is wrong calls for another."""
        super().__init__(f"expected {expected}, got {got}")
        self.expected, self.got, self.where, self.likely = map(_cut, (expected, got, where, likely))
        self.hint = hint


def _cut(text: str) -> str:
    """Keep a text short enough to read: a whole prompt may stand where a hash belongs."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def check(
    *, anchor: str, hints: tuple[str, str, str], after: Sequence[CheckFunction] = ()
) -> Callable[[CheckFunction], CheckFunction]:
    """Mark a function as a check of its lab."""

    def mark_function(function: CheckFunction) -> CheckFunction:
        title = (function.__doc__ or "").strip()
        before = tuple(earlier.__name__ for earlier in after)
        mark = Check(function.__name__, title, anchor, before, hints)
        function.__check__ = mark  # type: ignore[attr-defined]  # a mark, as pytest's own
        return function

    return mark_function


def compare(
    calls: Iterable[Call],
    *,
    expected: Callable[[Call], Any],
    got: Callable[[Call], Any],
    agree: Callable[[Any, Any], bool] = lambda wanted, found: bool(wanted == found and type(wanted) is type(found)),
    say: Callable[[Any], str] = repr,
    likely: Callable[[Call], str | None] = lambda call: None,
) -> None:
    """Hold what was expected of each call against what its telemetry says.

    `agree` compares the two (by default: equal, of the same type), `say` words a value for a person, `likely` names the
    mistake that the first wrong call looks like.

    Raises:
        Mismatch: for the first call that does not agree, with the number of all that do not.
    """
    calls = tuple(calls)
    wrong = [call for call in calls if not agree(expected(call), got(call))]
    if not wrong:
        return
    first = wrong[0]
    share = f"{len(wrong)} of {len(calls)} differ; the first is {first.where}"
    raise Mismatch(say(expected(first)), say(got(first)), share, likely(first) or "")
