"""The one way in: OTLP/JSON lines, parsed as plain data into spans, log records and metric points."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.otlp_values import attributes, plain, time_ns, word_for

MAX_BYTES = 256 * 1024 * 1024
"""A telemetry file larger than this is refused."""

MOST_GRADED_BYTES = 32 * 1024 * 1024
"""A graded notebook may write so much: the judge takes up to 30 times that in memory. Lab 06 writes 0.2 MB."""

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
        TelemetryError: if it is too large, cannot be opened, or is not OTLP/JSON lines.
    """
    return read_raw(read_bytes(path))


def read_bytes(path: Path, *, follow: bool = True, most_bytes: int = MAX_BYTES) -> bytes:
    """Read a telemetry file as it stands; what is no plain file holds nothing, nor does a link unless `follow`.

    Raises:
        TelemetryError: if it is too large or cannot be opened.
    """
    try:
        if not follow and path.is_symlink():
            return b""
        # Opened first and looked at then, without waiting: whoever wrote it may still be swapping it for a pipe.
        careful = os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | careful)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return b""
            raw = file.read(most_bytes + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return b""
    except OSError as error:
        raise TelemetryError(f"The telemetry could not be read: {error.strerror}.") from error
    if len(raw) > most_bytes:
        raise TelemetryError(f"The telemetry is larger than {most_bytes // 2**20} MB.")
    return raw


def read_raw(raw: bytes) -> Telemetry:
    """Read telemetry from a file's bytes. A last line that was cut off while it was written is left out.

    Raises:
        TelemetryError: if a whole line is not OTLP/JSON.
    """
    # Not `splitlines`: it also splits at separators that may stand inside a JSON text.
    lines = raw.decode("utf-8", "replace").split("\n")
    return read_lines(lines if _is_json(lines[-1]) else lines[:-1])


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


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
                metrics.extend(dict(m) for scope in group.get("scopeMetrics", ()) for m in scope.get("metrics", ()))
        except KeyError as error:
            raise TelemetryError(f"Line {number} of the telemetry is not OTLP/JSON: {error} is missing.") from error
        except (TypeError, AttributeError) as error:
            reason = "something in it is of another type than OTLP gives it"
            raise TelemetryError(f"Line {number} of the telemetry is not OTLP/JSON: {reason}.") from error
        except (ValueError, OverflowError, RecursionError) as error:
            raise TelemetryError(f"Line {number} of the telemetry is not OTLP/JSON: {_short(error)}.") from error
    return Telemetry(tuple(spans), tuple(logs), tuple(metrics))


def _short(error: Exception) -> str:
    return f"{str(error)[:120]}".rstrip(".")


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
                kind=word_for(_KINDS, span.get("kind", 0)),
                start_ns=time_ns(span["startTimeUnixNano"]),
                end_ns=time_ns(span["endTimeUnixNano"]),
                attributes=attributes(span.get("attributes", ())),
                status=word_for(_STATUS, status.get("code", 0)),
                status_message=str(status.get("message", "")),
                events=tuple(
                    Event(
                        str(e.get("name", "")), time_ns(e.get("timeUnixNano", 0)), attributes(e.get("attributes", ()))
                    )
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
                at_ns=time_ns(log.get("timeUnixNano", 0)) or time_ns(log.get("observedTimeUnixNano", 0)),
                body=plain(log.get("body", {})),
                attributes=attributes(log.get("attributes", ())),
                trace_id=str(log.get("traceId") or "").lower() or None,
                span_id=str(log.get("spanId") or "").lower() or None,
            )
