"""Recorded spans a second, against the official file exporter alone."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from opentelemetry.exporter.otlp.json.file import FileSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Tracer

from simulator import clock
from simulator.recorder import Recorder, resource
from tests.bench.measure import Row, rounds

MANY = 60
ROUNDS = 101
ATTRIBUTES = {f"gen_ai.attribute.{number}": "a value of usual length" for number in range(12)}


def rows() -> Iterator[Row]:
    """Measure it."""
    with tempfile.TemporaryDirectory() as folder, clock.simulated(1_795_200_000_000_000_000):
        recorder = Recorder()
        recorder.file.move_to(Path(folder, "ours.jsonl"))
        recorder.begin("bench")
        exporter = FileSpanExporter(Path(folder, "theirs.jsonl"))
        theirs = TracerProvider(resource=resource("bench"))
        theirs.add_span_processor(SimpleSpanProcessor(exporter))
        taken_s = rounds(
            ROUNDS, _repeat(recorder.tracer_provider("bench").get_tracer("bench")), _repeat(theirs.get_tracer("bench"))
        )
        theirs.shutdown()
        recorder.file.close()
    ours, reference = (MANY / statistics.median(column) for column in zip(*taken_s, strict=True))
    # Round by round: neighbours in time meet the same machine.
    ratio = statistics.median(reference_s / ours_s for ours_s, reference_s in taken_s)
    name = "recorded spans, 12 attributes"
    yield Row(name, ours, reference, "official file exporter", "/s", ratio, 1.0, at_least=True)


def _repeat(tracer: Tracer) -> Callable[[], None]:
    def many() -> None:
        for _ in range(MANY):
            with tracer.start_as_current_span("chat lumen-mid", attributes=ATTRIBUTES):
                pass

    return many
