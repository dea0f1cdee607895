"""Runs made by hand: spans, their OTLP/JSON lines, and the files that a lab run would leave."""

import json
from pathlib import Path
from typing import Any

from grader.telemetry import Span

SECOND_NS = 1_000_000_000
SIX_PM_NS = 1_795_197_600 * SECOND_NS
"""20 November 2026, 18:00 UTC."""


def call(at_s: float, latency_s: float = 1.0, error: str = "", **changes: Any) -> Span:
    """A chat span that starts `at_s` seconds after six; `changes` replace fields of the span."""
    attributes: dict[str, Any] = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "lumen-mid"}
    if error:
        attributes["error.type"] = error
    else:
        attributes |= {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 40}
    start_ns = SIX_PM_NS + round(at_s * SECOND_NS)
    fields: dict[str, Any] = {
        "trace_id": f"{start_ns:032x}",
        "span_id": f"{start_ns % 2**64:016x}",
        "parent_id": None,
        "name": "chat lumen-mid",
        "kind": "CLIENT",
        "start_ns": start_ns,
        "end_ns": start_ns + round(latency_s * SECOND_NS),
        "attributes": attributes,
        "status": "ERROR" if error else "UNSET",
    }
    return Span(**{**fields, **changes})


def line(span: Span) -> str:
    """The span as the recorder would write it: one OTLP/JSON line."""
    kinds = {"str": "stringValue", "int": "intValue", "float": "doubleValue", "bool": "boolValue"}
    written = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        **({"parentSpanId": span.parent_id} if span.parent_id else {}),
        "name": span.name,
        "kind": 3 if span.kind == "CLIENT" else 1,
        "startTimeUnixNano": str(span.start_ns),
        "endTimeUnixNano": str(span.end_ns),
        "attributes": [{"key": k, "value": {kinds[type(v).__name__]: v}} for k, v in span.attributes.items()],
        "status": {"code": 2, "message": span.status_message} if span.status == "ERROR" else {},
    }
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [written]}]}]})


def evening() -> list[Span]:
    """Twenty minutes with a call every 20 s: quiet at first, two of three failing at first go in the last five."""
    spans = []
    for number in range(60):
        late = number >= 45 and number % 3 != 0
        error = "RateLimitError" if late else ""
        latency_s = 0.2 if late else 1.0 + number % 4 / 10
        spans.append(call(20 * number, latency_s, error))
    return spans


def write_run(labs: Path, name: str, text: str) -> Path:
    """Write a run's telemetry where a notebook in `labs/my` would leave it."""
    file = labs / "my" / "runs" / name / "telemetry.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def write_spans(labs: Path, name: str, spans: list[Span]) -> Path:
    """Write spans as a run."""
    return write_run(labs, name, "".join(f"{line(span)}\n" for span in spans))
