"""Which calls to look at first, and how much of a call's trace to draw."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from grader.conventions import value_of
from grader.indicators import failed
from grader.telemetry import Span
from labs.capstone.words import clock, seconds

MOST_CALLS = 25
"""How many failed and how many slow calls are offered."""

MOST_BARS = 40
"""How many spans of one trace are drawn."""


def worst_first(calls: Iterable[Span]) -> tuple[Span, ...]:
    """Return the slowest failed calls, then the slowest answered ones, 25 of each at most."""
    bad: list[Span] = []
    good: list[Span] = []
    for span in calls:
        (bad if failed(span) else good).append(span)
    return (*_slowest(bad), *_slowest(good))


def call_words(span: Span) -> str:
    """Name a call in one line of plain text: "18:04:11  failed (RateLimitError)  0.45 s  chat lumen-mid"."""
    kind = value_of(span.attributes, "error.type")
    state = f"failed ({_short(kind, 40)})" if kind is not None else "failed" if failed(span) else "answered"
    attempt = span.attributes.get("app.attempt")
    last = f" · attempt {attempt}" if isinstance(attempt, int) else ""
    name = _short(span.name, 60) or "(no name)"
    return f"{clock(span.start_ns)} · {state} · {seconds(max(span.duration_s, 0))} · {name}{last}"


def trace_of(call: Span, spans: Iterable[Span]) -> tuple[tuple[Span, ...], int]:
    """Return the spans of a call's trace that are worth drawing, in order of their start, and how many it has in all.

    A long trace is cut to the call, the spans above it, and the earliest of the others.
    """
    together = sorted((s for s in spans if s.trace_id == call.trace_id), key=lambda span: (span.start_ns, span.end_ns))
    if len(together) <= MOST_BARS:
        return tuple(together), len(together)
    kept = {id(span) for span in _line_above(call, together)}
    for span in together:
        if len(kept) == MOST_BARS:
            break
        kept.add(id(span))
    return tuple(span for span in together if id(span) in kept), len(together)


def _slowest(calls: Iterable[Span]) -> list[Span]:
    return heapq.nsmallest(MOST_CALLS, calls, key=lambda span: (span.start_ns - span.end_ns, span.start_ns))


def _line_above(call: Span, together: Sequence[Span]) -> list[Span]:
    by_id = {span.span_id: span for span in together}
    line, above = [call], by_id.get(call.parent_id or "")
    while above is not None and above not in line and len(line) < MOST_BARS // 2:
        line.append(above)
        above = by_id.get(above.parent_id or "")
    return line


def _short(text: object, most: int) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= most else words[: most - 1] + "…"
