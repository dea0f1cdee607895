"""The vocabulary of a lab's checks: one sentence, one assertion, three hints, and what it builds on.

@check(anchor="errors", after=[one_span_per_attempt], hints=("...", "...", "..."))
def marks_errors(evidence: Evidence) -> None:
    '''Each failed attempt has status ERROR and an error.type; an answered one has neither.'''
    require(evidence.calls, lambda call: [status("ERROR"), attribute("error.type", "RateLimitError")])

Beside its checks a lab may have one function `required_tree(evidence, request_id)` that returns what is required of
that request as `grader.required.Required` nodes: when a check fails that names a request, the report shows its tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.evidence import Call, Evidence
from grader.wanted import Wanted, cut, said, same

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
    """A check that failed: what was expected, what was found, where, and the likeliest mistake if it shows one.

    `hint` replaces the check's first one when what is wrong calls for another. `request` is the id of the request in
    which it first went wrong: the report shows its tree.
    """

    def __init__(
        self, expected: str, got: str, where: str = "", likely: str = "", hint: str = "", request: str | None = None
    ) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected, self.got, self.where, self.likely = map(cut, (expected, got, where, likely))
        self.hint = hint
        self.request = request or ""


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


Words = Callable[[Call], str | None]
"""Says something of a call that went wrong, or None if it has nothing to say."""


def _nothing(call: Call) -> str | None:
    return None


def compare(
    calls: Iterable[Call],
    *,
    expected: Callable[[Call], Any],
    got: Callable[[Call], Any],
    agree: Callable[[Any, Any], bool] = same,
    say: Callable[[Any], str] = said,
    likely: Words = _nothing,
    hint: Words = _nothing,
) -> None:
    """Hold what was expected of each call against what its telemetry says.

    `agree` compares the two (by default: equal, of the same type), `say` words a value for a person, `likely` names the
    mistake that the first wrong call looks like, `hint` gives the hint that fits it, if the check's own does not.

    Raises:
        Mismatch: for the first call that does not agree, with the number of all that do not.
    """
    calls = tuple(calls)
    wrong = [call for call in calls if not agree(expected(call), got(call))]
    if wrong:
        first = wrong[0]
        raise _mismatch(wrong, len(calls), say(expected(first)), say(got(first)), likely, hint)


def require(
    calls: Iterable[Call],
    wanted: Callable[[Call], Iterable[Wanted]],
    *,
    likely: Words = _nothing,
    hint: Words = _nothing,
) -> None:
    """Hold the facts wanted of each call against its span; `likely` and `hint` as in `compare`.

    Raises:
        Mismatch: for the first call whose span lacks one of its facts, with the number of all such calls.
    """
    calls = tuple(calls)
    wrong = [call for call in calls if not all(fact.holds(call.span) for fact in wanted(call))]
    if wrong:
        facts = tuple(wanted(wrong[0]))
        expected = ", ".join(f"{fact.label} {fact.expected}" for fact in facts)
        got = ", ".join(f"{fact.label} {fact.got(wrong[0].span)}" for fact in facts)
        raise _mismatch(wrong, len(calls), expected, got, likely, hint)


def _mismatch(wrong: Sequence[Call], count: int, expected: str, got: str, likely: Words, hint: Words) -> Mismatch:
    first = wrong[0]
    where = f"{len(wrong)} of {count} differ; the first is {first.where}"
    return Mismatch(expected, got, where, likely(first) or "", hint(first) or "", first.attempt.request_id)


def fitting(mistake: Words, hints: Mapping[str, str]) -> Words:
    """Choose the hint by the mistake: the first whose words stand in what `mistake` says of the call."""

    def choose(call: Call) -> str | None:
        found = mistake(call) or ""
        return next((hint for words, hint in hints.items() if words in found), None)

    return choose
