"""The one way out: spans, log records and metrics go to one file of OTLP/JSON lines.

OpenTelemetry's own file exporters write it, in the format of the Collector's file exporter: any backend can replay it.
"""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import IO, Any, cast

from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.json.file import FileMetricExporter, FileSpanExporter
from opentelemetry.exporter.otlp.json.file._log_exporter import FileLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter

from simulator.ids import RunIds
from simulator.run_file import RunFile

TELEMETRY_VARIABLE = "SIMULATOR_TELEMETRY"
"""Environment variable with the telemetry file's path, set in a graded process only."""


class _WriteEndedSpans(SpanProcessor):
    """Exports each span as it ends.

    The SDK's simple processor also keeps the exporter's own calls from being traced; a file exporter makes none, and a
    learner's clock should not pay for it.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def on_end(self, span: ReadableSpan) -> None:
        if span.context and span.context.trace_flags.sampled:
            self._exporter.export((span,))


class Recorder:
    """The file and the providers of one process."""

    def __init__(self) -> None:
        """Start with a file for runs that no lab claimed."""
        self.ids = RunIds()
        self.file = RunFile(_telemetry_path("practice"))
        self._stream = cast("IO[str]", self.file)
        self._spans = _WriteEndedSpans(FileSpanExporter(stream=self._stream))
        self._logs = SimpleLogRecordProcessor(FileLogExporter(stream=self._stream))
        self._metrics: MetricReader | None = None
        self._joined: list[object] = []

    def use_lab(self, lab: str) -> None:
        """Send what follows to the lab's file; what it held until now stays until something new comes.

        Raises:
            ValueError: if that is no name of a folder.
        """
        if not isinstance(lab, str) or not re.fullmatch(r"[\w-]+", lab):
            raise ValueError(f'record({lab!r}): give the number of the lab as text, such as record("06").')
        self.file.move_to(_telemetry_path(lab))

    def tracer_provider(self, service: str) -> TracerProvider:
        """Return the process's tracer provider, and see to it that all three signals are recorded.

        A provider that somebody set before is kept, and our recorder is added to it.
        """
        tracers, loggers, meters = _providers()
        described = resource(service)
        if not isinstance(tracers, TracerProvider):
            tracers = TracerProvider(resource=described, id_generator=self.ids)
            trace.set_tracer_provider(tracers)
        if not isinstance(loggers, LoggerProvider):
            loggers = LoggerProvider(resource=described)
            _logs.set_logger_provider(loggers)
        if not isinstance(meters, MeterProvider):
            # No exemplars: a counter's are drawn by chance. No export at exit: a run's sums are written when it ends.
            meters = MeterProvider(
                resource=described, exemplar_filter=AlwaysOffExemplarFilter(), shutdown_on_exit=False
            )
            metrics.set_meter_provider(meters)
        self._join(tracers, loggers, meters)
        return tracers

    def _join(self, tracers: TracerProvider, loggers: LoggerProvider, meters: MeterProvider) -> None:
        known = [id(provider) for provider in self._joined]
        if id(tracers) not in known:
            tracers.add_span_processor(self._spans)
        if id(loggers) not in known:
            loggers.add_log_record_processor(self._logs)
        if id(meters) not in known:
            self._renew_sums(meters)
        self._joined = [tracers, loggers, meters]

    def flush(self) -> None:
        """Make whatever providers are in use hand over what they still hold."""
        for provider in _providers():
            if hasattr(provider, "force_flush"):
                provider.force_flush()
        if self._metrics is not None:
            # A meter provider does not flush readers that were added to it later.
            self._metrics.force_flush()

    def begin(self, key: str) -> None:
        """Start a run: an empty file, and ids from the run's key. Call it at the run's first simulated moment.

        Raises:
            TelemetryFileError: if the file cannot be written.
        """
        self.flush()
        self.file.restart()
        self.ids.restart(key)
        meters = metrics.get_meter_provider()
        if self._metrics is not None and isinstance(meters, MeterProvider):
            meters.remove_metric_reader(self._metrics)
            self._renew_sums(meters)

    def _renew_sums(self, meters: MeterProvider) -> None:
        """Count from nought: a new reader keeps sums of its own."""
        exporter = FileMetricExporter(stream=self._stream)
        # An infinite interval means: collect when a run ends, and start no thread.
        self._metrics = PeriodicExportingMetricReader(exporter, export_interval_millis=math.inf)
        meters.add_metric_reader(self._metrics)


def _providers() -> tuple[Any, Any, Any]:
    return trace.get_tracer_provider(), _logs.get_logger_provider(), metrics.get_meter_provider()


def _telemetry_path(lab: str) -> Path:
    given = os.environ.get(TELEMETRY_VARIABLE)
    return Path(given) if given else Path("runs") / lab / "telemetry.jsonl"


def resource(service: str) -> Resource:
    """Return what every recorded span, log record and metric says of the program it comes from."""
    # The constructor, not Resource.create: that one starts detector threads and would add this machine's facts.
    return Resource(
        {"service.name": service, "telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry"}
    )
