"""Evidence: the telemetry of one run laid beside its ledger, so that a check can compare call by call."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.conventions import CHAT_OPERATIONS, value_of
from grader.telemetry import Span, Telemetry
from grader.truth import Asked, Attempt, Ledger

TOLERANCE_NS = 1_000_000
"""One millisecond of simulated time. A right span is exact: only calls and sleeps take simulated time."""

_TOUCH_NS = 1_000_000_000
"""How far apart (nanoseconds) a span and an attempt may lie and still be taken for each other."""

_NEIGHBOURS = 40
"""A span is held against so many attempts on either side of its start, and of its end. A span that lies closer to more
attempts than that (it is open the whole evening, say) is wrong for each of them."""


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt, the request it belongs to, and the spans that stand for it (one, if all is well)."""

    attempt: Attempt
    asked: Asked | None
    spans: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """The one span of this attempt; ask only after a check has shown that there is one."""
        return self.spans[0]

    def get(self, name: str) -> Any:
        """Return the span's attribute, by today's name or one accepted with a note."""
        return value_of(self.span.attributes, name)

    @property
    def where(self) -> str:
        """Name attempt and span for a person."""
        named = f', span "{self.spans[0].name}"' if self.spans else ""
        return self.attempt.label + named


@dataclass(frozen=True)
class Evidence:
    """What a check may look at.

    `tolerance_ns` is how far a span's start or end may lie from the truth (nanoseconds): a millisecond of simulated
    time, more where a real clock and a real network stand between the two.
    """

    telemetry: Telemetry
    ledger: Ledger
    tolerance_ns: int = TOLERANCE_NS

    @cached_property
    def chat_spans(self) -> tuple[Span, ...]:
        """The spans that say they are model calls; if none does, those that look like one."""
        spans = self.telemetry.spans
        named = [s for s in spans if value_of(s.attributes, "gen_ai.operation.name") in CHAT_OPERATIONS]
        # A failed call has nothing to say that begins with gen_ai if its request was not written down.
        beside = {s.scope for s in spans if s.kind == "CLIENT" and _says_something(s)}
        marked = [s for s in spans if _says_something(s) or (s.kind == "CLIENT" and s.scope in beside)]
        return tuple(named or marked or [s for s in spans if s.kind == "CLIENT"] or spans)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every attempt of the ledger with its spans, in the order in which they were made."""
        matched = match(self.ledger.attempts, self.chat_spans, self.tolerance_ns)
        requests = {asked.id: asked for asked in self.ledger.requests}
        return tuple(
            Call(attempt, requests.get(attempt.request_id or ""), matched.get(position, ()))
            for position, attempt in enumerate(self.ledger.attempts)
        )

    @cached_property
    def stray_spans(self) -> tuple[Span, ...]:
        """Chat spans that belong to no attempt."""
        used = {id(span) for call in self.calls for span in call.spans}
        return tuple(span for span in self.chat_spans if id(span) not in used)

    @property
    def answered(self) -> tuple[Call, ...]:
        """The calls that the model answered."""
        return tuple(call for call in self.calls if call.attempt.answered)


def _says_something(span: Span) -> bool:
    return any(name.startswith("gen_ai.") for name in span.attributes)


def match(
    attempts: Sequence[Attempt], spans: Iterable[Span], tolerance_ns: int = TOLERANCE_NS
) -> dict[int, tuple[Span, ...]]:
    """Find each attempt's spans: by response id, then by a start or an end that agrees, then by closeness in time.

    Returns, by position of the attempt, the spans that stand for it; a second span for one attempt is kept, so that a
    check can name it. Spans that touch no attempt are left out.
    """
    by_response = {attempt.response_id: n for n, attempt in enumerate(attempts) if attempt.response_id}
    found: dict[int, list[Span]] = {}
    rest: list[Span] = []
    for span in spans:
        position = by_response.get(str(span.attributes.get("gen_ai.response.id")))
        if position is None:
            rest.append(span)
        else:
            found.setdefault(position, []).append(span)
    near = _near(attempts, rest, tolerance_ns)
    taken: set[int] = set()
    for second in (False, True):
        for _, number, position in near:
            if number not in taken and (second or position not in found):
                found.setdefault(position, []).append(rest[number])
                taken.add(number)
    return {position: tuple(spans) for position, spans in found.items()}


def _near(
    attempts: Sequence[Attempt], spans: Sequence[Span], tolerance_ns: int
) -> list[tuple[tuple[bool, int], int, int]]:
    """Return distance, span and attempt of all pairs worth a look, the closest first."""
    by_start = sorted((attempt.sent_at_ns, position) for position, attempt in enumerate(attempts))
    by_end = sorted((attempt.ended_at_ns, position) for position, attempt in enumerate(attempts))
    pairs = []
    for number, span in enumerate(spans):
        candidates = {*_around(by_start, span.start_ns), *_around(by_end, span.end_ns)}
        pairs += [
            (_distance(attempts[position], span, tolerance_ns), number, position)
            for position in candidates
            if _touches(attempts[position], span)
        ]
    return sorted(pairs)


def _around(times: Sequence[tuple[int, int]], time_ns: int) -> Iterator[int]:
    """Yield the positions that belong to the times next to this one."""
    place = bisect_left(times, (time_ns,))
    return (position for _, position in times[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS])


def _distance(attempt: Attempt, span: Span, tolerance_ns: int) -> tuple[bool, int]:
    # Who opens a span late or ends it late does so for every call: one of its times still agrees with its own attempt,
    # while another attempt may lie closer, such as one that failed during the minute of a timeout.
    apart_ns = (abs(span.start_ns - attempt.sent_at_ns), abs(span.end_ns - attempt.ended_at_ns))
    return min(apart_ns) > tolerance_ns, sum(apart_ns)


def _touches(attempt: Attempt, span: Span) -> bool:
    return span.start_ns <= attempt.ended_at_ns + _TOUCH_NS and span.end_ns >= attempt.sent_at_ns - _TOUCH_NS
