"""The one way out: spans, log records and metrics go to one file of OTLP/JSON lines, written by OpenTelemetry's own
file exporter (the format of the Collector's file exporter, so any backend can replay it)."""

from __future__ import annotations

import io
import math
import os
from pathlib import Path
from typing import Any

from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.json.file import FileMetricExporter, FileSpanExporter
from opentelemetry.exporter.otlp.json.file._log_exporter import FileLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from simulator.ids import RunIds

TELEMETRY_VARIABLE = "SIMULATOR_TELEMETRY"
"""Environment variable with the telemetry file's path, set in a graded process only."""


class RunFile(io.TextIOBase):
    """A text stream that can start over: each run begins with an empty file."""

    def __init__(self, path: Path) -> None:
        """Write to `path`; its folder is made when the first line comes."""
        self.path = path
        self._file: io.TextIOWrapper | None = None

    def restart(self) -> None:
        """Throw away what the file holds."""
        self._open("w")

    def _open(self, mode: str) -> io.TextIOWrapper:
        if self._file is not None:
            self._file.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self.path, mode, encoding="utf-8")  # type: ignore[assignment]  # text mode gives a TextIOWrapper
        assert self._file is not None
        return self._file

    def write(self, text: str) -> int:
        """Append text."""
        return (self._file or self._open("a")).write(text)

    def flush(self) -> None:
        """Hand the text to the operating system."""
        if self._file is not None:
            self._file.flush()


class Recorder:
    """The file and the providers of one process."""

    def __init__(self) -> None:
        """Start with a file for runs that no lab claimed."""
        self.ids = RunIds()
        self.file = RunFile(_telemetry_path("practice"))
        self._spans: SpanProcessor = SimpleSpanProcessor(FileSpanExporter(stream=self.file))
        self._known: list[object] = []

    def use_lab(self, lab: str) -> None:
        """Send what follows to the lab's file."""
        path = _telemetry_path(lab)
        if path != self.file.path:
            self.file.path = path
            self.file.restart()

    def tracer_provider(self, service: str) -> TracerProvider:
        """Return the process's provider, made on first use; one that somebody else set gets our recorder added."""
        current = trace.get_tracer_provider()
        if not isinstance(current, TracerProvider):
            current = TracerProvider(resource=_resource(service), id_generator=self.ids)
            trace.set_tracer_provider(current)
            self._set_logs_and_metrics(service)
        if not any(known is current for known in self._known):
            current.add_span_processor(self._spans)
            self._known.append(current)
        return current

    def _set_logs_and_metrics(self, service: str) -> None:
        logs = LoggerProvider(resource=_resource(service))
        logs.add_log_record_processor(SimpleLogRecordProcessor(FileLogExporter(stream=self.file)))
        _logs.set_logger_provider(logs)
        # An infinite interval means: collect when a run ends, and start no thread.
        reader = PeriodicExportingMetricReader(FileMetricExporter(stream=self.file), export_interval_millis=math.inf)
        metrics.set_meter_provider(MeterProvider(resource=_resource(service), metric_readers=[reader]))

    def flush(self) -> None:
        """Make whatever provider is in use hand over what it still holds."""
        providers: tuple[Any, ...] = (
            trace.get_tracer_provider(),
            _logs.get_logger_provider(),
            metrics.get_meter_provider(),
        )
        for provider in providers:
            if hasattr(provider, "force_flush"):
                provider.force_flush()

    def begin(self, key: str) -> None:
        """Start a run: an empty file, and ids from the run's key."""
        self.flush()
        self.file.restart()
        self.ids.restart(key)


def _telemetry_path(lab: str) -> Path:
    given = os.environ.get(TELEMETRY_VARIABLE)
    return Path(given) if given else Path("runs") / lab / "telemetry.jsonl"


def _resource(service: str) -> Resource:
    # The constructor, not Resource.create: that one starts detector threads and would add this machine's facts.
    return Resource(
        {"service.name": service, "telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry"}
    )
