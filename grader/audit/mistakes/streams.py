"""Mistakes of streams and of when a span ends."""

from __future__ import annotations

from collections.abc import Iterator

from grader.audit.calls import Call
from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake
from grader.audit.signals import first_chunk_in_milliseconds
from grader.telemetry import Span

SLACK_NS = 1_000_000
"""Clocks of one machine agree within this much."""

SHORTEST_S = 0.001
"""No model has answered in less."""

_FEW_TOKENS = 20
_LONG_ENOUGH_S = 0.05


def _without_usage(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        if call.streamed and not call.failed and not call.facts.keys() & {"input_tokens", "output_tokens"}:
            yield Found(call)


def _milliseconds(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        if first_chunk_in_milliseconds(call):
            yield Found(call, f"`{call.names.get('first_chunk_s', 'time to first token')}` is longer than its span")


def _ended_early(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        said = _why_early(call, evidence)
        if said:
            yield Found(call, said)


def _why_early(call: Call, evidence: Evidence) -> str:
    span, first_s = call.span, call.number("first_chunk_s")
    if first_s is not None and first_s > span.duration_s + SLACK_NS / 1e9 and not first_chunk_in_milliseconds(call):
        return "the first chunk came after the end of its span"
    if any(event.at_ns > span.end_ns + SLACK_NS for event in span.events):
        return "an event lies after the end of its span"
    if any(_belongs_inside(child) and child.end_ns > span.end_ns + SLACK_NS for child in evidence.below(span)):
        return "the HTTP request below ended after its span"
    if not call.failed and span.end_ns >= span.start_ns and span.duration_s < SHORTEST_S:
        return f"the span lasts less than {SHORTEST_S * 1000:g} ms"
    return ""


def _belongs_inside(child: Span) -> bool:
    """Tell whether a child is the call on the wire: other work below a call may well outlive it."""
    return "http.request.method" in child.attributes or "http.method" in child.attributes


def _first_is_last(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        first_s, lasted_s = call.number("first_chunk_s"), call.span.duration_s
        if first_s is None or call.failed or lasted_s < _LONG_ENOUGH_S:
            continue
        if (call.number("output_tokens") or 0) > _FEW_TOKENS and abs(lasted_s - first_s) <= max(0.001, lasted_s / 100):
            yield Found(call)


MISTAKES = (
    Mistake(
        "stream-without-usage",
        "Streams without token counts",
        "serious",
        0,
        'Ask for them: `stream_options={"include_usage": True}`. The last chunk then has the usage. If you do ask, '
        "your instrumentation drops that chunk: update it.",
        Lesson("06", "what-goes-in-what-comes-out"),
        _without_usage,
        explains="tokens",
    ),
    Mistake(
        "seconds-as-milliseconds",
        "Time to first token in milliseconds",
        "serious",
        0,
        "`gen_ai.response.time_to_first_chunk` is in seconds: divide by 1000.",
        Lesson("08"),
        _milliseconds,
        explains="first-chunk",
    ),
    Mistake(
        "ended-early",
        "Spans that end before the answer",
        "serious",
        15,
        "End the span when the last chunk has been read, not when `create()` returns: what comes later is lost.",
        Lesson("06", "start-and-end"),
        _ended_early,
        explains="duration",
    ),
    Mistake(
        "first-token-is-last",
        "Time to first token equals the whole time",
        "worth fixing",
        8,
        "Something collects the stream before your timer sees it. Take the time at the first chunk, closest to the "
        "client.",
        Lesson("08"),
        _first_is_last,
    ),
)
