"""One run as the page shows it: its calls, the two stretches to compare, and the rows of the charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.evidence import Evidence
from grader.indicators import Interval, Summary, by_interval, failed, summarise
from grader.telemetry import Span, Telemetry
from grader.truth import Ledger
from labs.capstone import limits
from labs.capstone.worst import worst_first

MOST_ROWS = 180
_RECENT_S = 300
_STEPS_S = (60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400, 28 * 86_400, 364 * 86_400)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a run and what it is called, such as "last 5 min"; `slow` answers took longer than the limit."""

    words: str
    length_s: float
    summary: Summary
    calls_a_minute: float | None = None
    slow: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the page asks for.

    `calls` are the spans taken for model calls, in order of their start; `marked` says whether they name themselves so.
    `now` begins after `now_ns` (Unix nanoseconds). `spans` are all spans of the run, `rows` intervals of `step_s`,
    `worst` the calls to look at first.
    """

    spans: tuple[Span, ...]
    calls: tuple[Span, ...]
    marked: bool
    whole: Window
    before: Window
    now: Window
    now_ns: int
    step_s: int
    rows: tuple[Interval, ...]
    worst: tuple[Span, ...]


def make_board(spans: Sequence[Span]) -> Board:
    """Lay out a run; it needs at least one span."""
    found = Evidence(Telemetry(tuple(spans)), Ledger()).chat_spans
    calls = tuple(sorted(found, key=lambda span: (span.start_ns, span.end_ns)))
    first_ns, last_ns = calls[0].start_ns, calls[-1].start_ns
    length_s = (last_ns - first_ns) / 1e9
    recent = length_s >= 2 * _RECENT_S
    cut_ns = last_ns - _RECENT_S * 10**9 if recent else first_ns + (last_ns - first_ns) // 2
    early, late = [s for s in calls if s.start_ns <= cut_ns], [s for s in calls if s.start_ns > cut_ns]
    if not late:  # all calls began at the same moment
        early, late = [], list(calls)
    step_s = next((s for s in _STEPS_S if length_s / s < MOST_ROWS - 1), _STEPS_S[-1])
    return Board(
        spans=tuple(spans),
        calls=calls,
        marked=any(key.startswith("gen_ai.") for key in calls[0].attributes),
        whole=_window("whole run", length_s, calls),
        before=_window("before" if recent else "first half", (cut_ns - first_ns) / 1e9, early, 1),
        now=_window("last 5 min" if recent else "second half", (last_ns - cut_ns) / 1e9, late),
        now_ns=cut_ns,
        step_s=step_s,
        rows=by_interval(calls, step_s),
        worst=worst_first(calls),
    )


def _window(words: str, length_s: float, calls: Sequence[Span], starters: int = 0) -> Window:
    # A call that starts the clock is not one of those that came while it ran.
    rate = max(len(calls) - starters, 0) * 60 / length_s if length_s and len(calls) > starters else None
    slow = sum(s.duration_s > limits.LATENCY_P95_S for s in calls if not failed(s))
    return Window(words, length_s, summarise(calls), rate, slow)
