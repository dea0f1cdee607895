"""The recorder beside other people's set-ups: providers set before or after it, batches, folders it cannot write."""

from pathlib import Path
from typing import Any

import pytest

from simulator import record
from simulator.run_file import RunFile, TelemetryFileError
from tests.simulator.conftest import Fresh, lines_of

SERVE = """
import time
def answer(request):
    with tracer.start_as_current_span(request.id, attributes={"n": 1}):
        time.sleep(1)
serve(answer)
"""
THEIRS = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
mine = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(mine))
trace.set_tracer_provider(provider)
"""
RECORD = "from simulator import record, serve\ntracer = record('06')\n"


def names(folder: Path) -> list[str]:
    """Names of the recorded spans, in order."""
    lines = lines_of(folder / "runs" / "06" / "telemetry.jsonl")
    groups = [scope for line in lines for resource in line["resourceSpans"] for scope in resource["scopeSpans"]]
    return [span["name"] for group in groups for span in group["spans"]]


EVERY_REQUEST = [f"r-{number:04d}" for number in range(1, 121)]


def test_a_provider_set_before_is_kept_and_recorded(fresh: Fresh, tmp_path: Path) -> None:
    said = fresh(
        THEIRS + RECORD + SERVE + "print(len(mine.get_finished_spans()), trace.get_tracer_provider() is provider)"
    )
    assert said == "120 True\n"
    assert names(tmp_path) == EVERY_REQUEST


def test_with_a_tracer_provider_of_their_own_logs_and_metrics_are_recorded_too(fresh: Fresh, tmp_path: Path) -> None:
    more = """
from opentelemetry import _logs, metrics
logger, counter = _logs.get_logger("x"), metrics.get_meter("x").create_counter("calls")
serve(lambda request: (logger.emit(event_name="e"), counter.add(1)))
"""
    fresh(THEIRS + RECORD + more)
    kinds = [next(iter(line)) for line in lines_of(tmp_path / "runs/06/telemetry.jsonl")]
    assert kinds == ["resourceLogs"] * 120 + ["resourceMetrics"]


def test_all_three_providers_set_before_are_kept_and_recorded(fresh: Fresh, tmp_path: Path) -> None:
    theirs = """
from opentelemetry import _logs, metrics
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
_logs.set_logger_provider(LoggerProvider())
metrics.set_meter_provider(MeterProvider())
"""
    more = """
logger, counter = _logs.get_logger("x"), metrics.get_meter("x").create_counter("calls")
def answer(request):
    logger.emit(event_name="e")
    counter.add(1)
    tracer.start_span("s").end()
serve(answer)
"""
    fresh(THEIRS + theirs + RECORD + RECORD + more)
    kinds = [next(iter(line)) for line in lines_of(tmp_path / "runs/06/telemetry.jsonl")]
    assert kinds == ["resourceLogs", "resourceSpans"] * 120 + ["resourceMetrics"]


def test_a_provider_set_afterwards_changes_nothing(fresh: Fresh, tmp_path: Path) -> None:
    fresh(RECORD + THEIRS + SERVE)
    assert names(tmp_path) == EVERY_REQUEST


def test_a_batch_that_the_learner_added_is_flushed_when_the_run_ends(fresh: Fresh) -> None:
    batch = """
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry import trace
mine = InMemorySpanExporter()
trace.get_tracer_provider().add_span_processor(BatchSpanProcessor(mine))
"""
    assert fresh(RECORD + batch + SERVE + "print(len(mine.get_finished_spans()))") == "120\n"


def test_recording_again_doubles_nothing(fresh: Fresh, tmp_path: Path) -> None:
    fresh(RECORD + "tracer = record('06')\n" + SERVE + "tracer = record('06')\n" + SERVE)
    assert names(tmp_path) == EVERY_REQUEST


def test_recording_alone_leaves_the_last_run_as_it_is(fresh: Fresh, tmp_path: Path) -> None:
    fresh(RECORD + SERVE)
    fresh(RECORD)
    assert names(tmp_path) == EVERY_REQUEST
    fresh(RECORD + "tracer.start_span('trial').end()\n")
    assert names(tmp_path) == ["trial"]


def test_spans_of_a_learners_exception_are_kept(fresh: Fresh, tmp_path: Path) -> None:
    fresh(RECORD + SERVE.replace("time.sleep(1)", "assert request.id != 'r-0003'").replace(
        "serve(answer)", "try:\n    serve(answer)\nexcept AssertionError:\n    print('mine')"
    ))  # fmt: skip
    assert names(tmp_path) == EVERY_REQUEST[:3]


def test_another_lab_writes_another_file(fresh: Fresh, tmp_path: Path) -> None:
    fresh(RECORD + SERVE + "tracer = record('07')\n" + SERVE)
    assert names(tmp_path) == EVERY_REQUEST
    assert len(lines_of(tmp_path / "runs" / "07" / "telemetry.jsonl")) == 120


def test_ids_outside_a_run_are_random(fresh: Fresh) -> None:
    script = RECORD + "print(tracer.start_span('x').get_span_context())"
    assert fresh(script) != fresh(script)


def test_a_folder_that_cannot_be_written_is_named(fresh: Fresh, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be")
    said = fresh(RECORD + SERVE.replace("serve(answer)", "try:\n    serve(answer)\nexcept OSError as e:\n    print(e)"))
    assert said.startswith(f"Cannot write {Path('runs', '06', 'telemetry.jsonl')}: ")
    assert said.endswith("Make its folder writable, or open the notebook elsewhere.\n")


def test_a_file_that_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TelemetryFileError, match="Is a directory"):
        RunFile(tmp_path).restart()


@pytest.mark.parametrize("lab", ["", "..", "../06", "a/b", 6, None])
def test_a_lab_that_is_no_name_of_a_folder_is_refused(apart: Path, lab: Any) -> None:
    with pytest.raises(ValueError, match=r"give the number of the lab as text, such as record\(\"06\"\)"):
        record(lab)
