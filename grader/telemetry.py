"""The one way in: OTLP/JSON lines, parsed as plain data into spans, log records and metric points."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_BYTES = 256 * 1024 * 1024
"""A telemetry file larger than this is refused."""

_KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
_STATUS = ("UNSET", "OK", "ERROR")


class TelemetryError(ValueError):
    """Telemetry that is not OTLP/JSON lines; says which line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Event:
    """A span event. `at_ns` is Unix nanoseconds."""

    name: str
    at_ns: int
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """One finished span, as OpenTelemetry defines it.

    Ids are lower-case hex; `parent_id` is None for a root; `kind` is "CLIENT", "SERVER", ...; `status` is "UNSET", "OK"
    or "ERROR"; times are Unix nanoseconds.
    """

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str
    start_ns: int
    end_ns: int
    attributes: Mapping[str, Any] = field(default_factory=dict)
    status: str = "UNSET"
    status_message: str = ""
    events: tuple[Event, ...] = ()
    resource: Mapping[str, Any] = field(default_factory=dict)
    scope: str = ""

    @property
    def duration_s(self) -> float:
        """Seconds from start to end."""
        return (self.end_ns - self.start_ns) / 1e9


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One log record; `body` is plain data, `at_ns` Unix nanoseconds, ids hex or None."""

    event_name: str
    at_ns: int
    body: Any
    attributes: Mapping[str, Any]
    trace_id: str | None
    span_id: str | None


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What one run emitted, in the order in which it was written. Metrics stay as OTLP/JSON objects."""

    spans: tuple[Span, ...] = ()
    logs: tuple[LogRecord, ...] = ()
    metrics: tuple[Mapping[str, Any], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything was emitted at all."""
        return bool(self.spans or self.logs or self.metrics)


def read_file(path: Path) -> Telemetry:
    """Read a telemetry file; one that does not exist holds nothing.

    Raises:
        TelemetryError: if it is too large or not OTLP/JSON lines.
    """
    return read_lines(read_bytes(path).decode("utf-8", "replace").splitlines())


def read_bytes(path: Path) -> bytes:
    """Read a telemetry file as it stands; what is no plain file holds nothing.

    Raises:
        TelemetryError: if it is too large.
    """
    if not path.is_file():
        return b""
    if path.stat().st_size > MAX_BYTES:
        raise TelemetryError(f"The telemetry is larger than {MAX_BYTES // 2**20} MB.")
    return path.read_bytes()


def read_lines(lines: Iterable[str]) -> Telemetry:
    """Read telemetry from its lines; empty lines are skipped.

    Raises:
        TelemetryError: if a line is not OTLP/JSON.
    """
    spans: list[Span] = []
    logs: list[LogRecord] = []
    metrics: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            for group in record.get("resourceSpans", ()):
                spans.extend(_spans(group))
            for group in record.get("resourceLogs", ()):
                logs.extend(_logs(group))
            for group in record.get("resourceMetrics", ()):
                metrics.extend(m for scope in group.get("scopeMetrics", ()) for m in scope.get("metrics", ()))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
            raise TelemetryError(f"Line {number} of the telemetry is not OTLP/JSON: {error}.") from error
    return Telemetry(tuple(spans), tuple(logs), tuple(metrics))


def _spans(group: Mapping[str, Any]) -> Iterator[Span]:
    resource = attributes(group.get("resource", {}).get("attributes", ()))
    for scope in group.get("scopeSpans", ()):
        for span in scope.get("spans", ()):
            status = span.get("status", {})
            yield Span(
                trace_id=str(span["traceId"]).lower(),
                span_id=str(span["spanId"]).lower(),
                parent_id=str(span["parentSpanId"]).lower() if span.get("parentSpanId") else None,
                name=str(span.get("name", "")),
                kind=_KINDS[int(span.get("kind", 0))],
                start_ns=int(span["startTimeUnixNano"]),
                end_ns=int(span["endTimeUnixNano"]),
                attributes=attributes(span.get("attributes", ())),
                status=_STATUS[int(status.get("code", 0))],
                status_message=str(status.get("message", "")),
                events=tuple(
                    Event(str(e.get("name", "")), int(e.get("timeUnixNano", 0)), attributes(e.get("attributes", ())))
                    for e in span.get("events", ())
                ),
                resource=resource,
                scope=str(scope.get("scope", {}).get("name", "")),
            )


def _logs(group: Mapping[str, Any]) -> Iterator[LogRecord]:
    for scope in group.get("scopeLogs", ()):
        for log in scope.get("logRecords", ()):
            yield LogRecord(
                event_name=str(log.get("eventName", "")),
                at_ns=int(log.get("timeUnixNano", 0) or log.get("observedTimeUnixNano", 0)),
                body=plain(log.get("body", {})),
                attributes=attributes(log.get("attributes", ())),
                trace_id=log.get("traceId") or None,
                span_id=log.get("spanId") or None,
            )


def attributes(pairs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Turn OTLP key-value pairs into a dictionary of plain values."""
    return {str(pair["key"]): plain(pair.get("value", {})) for pair in pairs}


def plain(value: Mapping[str, Any]) -> Any:
    """Turn one OTLP AnyValue into str, bool, int, float, bytes, list, dict or None."""
    for kind, found in value.items():
        match kind:
            case "stringValue":
                return str(found)
            case "boolValue":
                return bool(found)
            case "intValue":
                return int(found)
            case "doubleValue":
                return float(found)
            case "bytesValue":
                return base64.b64decode(found)
            case "arrayValue":
                return [plain(item) for item in found.get("values", ())]
            case "kvlistValue":
                return attributes(found.get("values", ()))
    return None
