"""Indicators of model calls: numbers with a unit, computed from spans alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.conventions import NAMES
from grader.telemetry import Span


def _keys(name: str) -> tuple[str, ...]:
    return (NAMES[name].today, *NAMES[name].noted)


# Looked up once: these are read for every call of a run, several times over.
_ERROR = _keys("error.type")
_TOKENS = {kind: _keys(f"gen_ai.usage.{kind}_tokens") for kind in ("input", "output")}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a stretch of model calls looked like.

    `calls` counts attempts, `failed` those of them that failed. `requests` counts first attempts; it is None if some
    call does not say which attempt it is (`app.attempt`, a name of the course's own). Latencies are of answered calls
    only: a call that is refused at once would make a bad minute look fast. Token sums cover the calls that carry the
    count; they are None if none does, as a latency is None if no call was answered.
    """

    calls: int = 0
    failed: int = 0
    requests: int | None = None
    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_per_call: float | None = None
    output_tokens_per_call: float | None = None

    @property
    def failed_share(self) -> float | None:
        """Failed calls of all calls, from 0 to 1; None without calls."""
        return self.failed / self.calls if self.calls else None

    @property
    def unanswered(self) -> int | None:
        """Requests whose every attempt failed: first attempts less answers.

        Exact over a whole run; at the edges of a stretch it is off by the requests that were being retried there.
        """
        return None if self.requests is None else max(self.requests - (self.calls - self.failed), 0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A summary of the calls that started in one interval; `start_ns` is Unix nanoseconds."""

    start_ns: int
    summary: Summary


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return a percentile by nearest rank: the smallest value that at least `share` of all values do not exceed.

    It is always the value of a call that happened, so that one can go and look at it. None without values; `share` is
    above 0 and at most 1.
    """
    ordered = sorted(values)
    # The small step back keeps 0.95 * 20 at rank 19 where binary fractions would say 19.000000000000004.
    return ordered[max(math.ceil(share * len(ordered) - 1e-9), 1) - 1] if ordered else None


def failed(span: Span) -> bool:
    """Tell whether a call failed: its span has status ERROR or an `error.type`."""
    return span.status == "ERROR" or _value(span, _ERROR) is not None


def tokens(span: Span, kind: str) -> int | None:
    """Return the call's "input" or "output" tokens; None if it carries no count that can be one."""
    count = _value(span, _TOKENS[kind])
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def summarise(spans: Iterable[Span]) -> Summary:
    """Sum up the spans of model calls."""
    spans = tuple(spans)
    answered = [span for span in spans if not failed(span)]
    # A span that ends before it starts has no duration to speak of.
    latencies = [s.duration_s for s in answered if s.end_ns >= s.start_ns]
    attempts = [span.attributes.get("app.attempt") for span in spans]
    inputs = [count for s in spans if (count := tokens(s, "input")) is not None]
    outputs = [count for s in spans if (count := tokens(s, "output")) is not None]
    return Summary(
        calls=len(spans),
        failed=len(spans) - len(answered),
        requests=attempts.count(1) if attempts and all(isinstance(a, int) for a in attempts) else None,
        latency_p50_s=percentile(latencies, 0.5),
        latency_p95_s=percentile(latencies, 0.95),
        input_tokens=sum(inputs) if inputs else None,
        output_tokens=sum(outputs) if outputs else None,
        input_tokens_per_call=_mean(inputs),
        output_tokens_per_call=_mean(outputs),
    )


def by_interval(spans: Iterable[Span], step_s: int = 60) -> tuple[Interval, ...]:
    """Sum up calls by the interval in which they started, from the first to the last, empty intervals included.

    Intervals begin at whole multiples of `step_s` since the Unix epoch: minutes at full minutes.
    """
    step_ns = step_s * 1_000_000_000
    groups: dict[int, list[Span]] = {}
    for span in spans:
        groups.setdefault(span.start_ns // step_ns, []).append(span)
    if not groups:
        return ()
    return tuple(
        Interval(number * step_ns, summarise(groups.get(number, ()))) for number in range(min(groups), max(groups) + 1)
    )


def _value(span: Span, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if key in span.attributes:
            return span.attributes[key]
    return None


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
