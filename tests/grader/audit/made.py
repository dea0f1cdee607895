"""Made-up telemetry: one call as it should be, and ways to put it wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grader.telemetry import Event, LogRecord, Span, Telemetry

START_NS = 1_794_787_200_000_000_000
SECOND_NS = 1_000_000_000
GOOD: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "lumen",
    "gen_ai.request.model": "lumen-mid",
    "gen_ai.request.stream": True,
    "gen_ai.response.model": "lumen-mid-2026-09-02",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.time_to_first_chunk": 0.4,
    "gen_ai.prompt.name": "support-answer",
    "gen_ai.prompt.version": "v7",
    "gen_ai.usage.input_tokens": 800,
    "gen_ai.usage.output_tokens": 160,
    "gen_ai.usage.cache_read.input_tokens": 512,
    "app.cost.usd": 0.0012,
}


def request(number: int = 1, more: dict[str, Any] | None = None) -> Span:
    """The root span of a request."""
    return Span(
        f"{number:032x}", f"{number:015x}a", None, "POST /support", "SERVER", START_NS, START_NS + 3 * SECOND_NS,
        more or {}, resource={"service.name": "shop"}, scope="shop",
    )  # fmt: skip


def call(number: int = 1, *, without: tuple[str, ...] = (), more: dict[str, Any] | None = None, **changed: Any) -> Span:
    """A call as it should be, two seconds long, below the request of this number; changed as the arguments say."""
    attributes = GOOD | {"gen_ai.response.id": f"resp-{number}"} | (more or {})
    span = Span(
        f"{number:032x}", f"{number:015x}b", f"{number:015x}a", "chat lumen-mid", "CLIENT",
        START_NS, START_NS + 2 * SECOND_NS,
        {name: value for name, value in attributes.items() if name not in without},
        resource={"service.name": "shop"}, scope="shop",
    )  # fmt: skip
    return replace(span, **changed)


def verdict(number: int = 1, **changed: Any) -> LogRecord:
    """A verdict on the answer of the call of this number."""
    attributes = {"gen_ai.evaluation.name": "form", "gen_ai.evaluation.score.label": "pass"}
    log = LogRecord("gen_ai.evaluation.result", START_NS, None, attributes, f"{number:032x}", f"{number:015x}b")
    return replace(log, **changed)


def of(*spans: Span, logs: tuple[LogRecord, ...] | None = None, metrics: tuple[dict[str, Any], ...] = ()) -> Telemetry:
    """Telemetry of these spans; without `logs`, the first request's call has its verdict."""
    return Telemetry(spans, (verdict(),) if logs is None else logs, metrics)


def good(**call_changed: Any) -> Telemetry:
    """One request with one call."""
    return of(request(), call(**call_changed))


def failed(**changed: Any) -> Span:
    """A call that failed as a call should."""
    lacks = tuple(name for name in GOOD if name.startswith(("gen_ai.usage", "gen_ai.response", "app.cost")))
    return call(without=(*lacks, "gen_ai.response.id"), more={"error.type": "TimeoutError"}, status="ERROR", **changed)


def event(name: str, after_s: float, **attributes: Any) -> Event:
    """An event so many seconds after the call's start."""
    return Event(name, START_NS + int(after_s * SECOND_NS), attributes)


def metric(name: str, *attributes: dict[str, str]) -> dict[str, Any]:
    """A histogram with one point for each set of attributes."""
    points = [
        {"attributes": [{"key": key, "value": {"stringValue": value}} for key, value in found.items()]}
        for found in attributes
    ]
    return {"name": name, "histogram": {"dataPoints": points}}
