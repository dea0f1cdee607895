"""The recorder: what a run emits stands in its file, field by field, as OpenTelemetry's own classes read it."""

import math
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from simulator.scenario import load_scenario
from tests.simulator.conftest import run_script
from tests.simulator.otlp import attributes, read

START_NS = load_scenario("call_site").start_ns

EMIT = """
import time
from opentelemetry import _logs, metrics
from opentelemetry._logs import SeverityNumber
from opentelemetry.trace import Link, SpanKind, StatusCode
from simulator import record, serve

tracer, logger = record("06", service="bot \\u00fc"), _logs.get_logger("mine", "1.2")
meter = metrics.get_meter("mine")
calls = meter.create_counter("calls", unit="{call}", description="how many")
lengths = meter.create_histogram("lengths", unit="s", explicit_bucket_boundaries_advisory=[1, 2])
calls.add(100)  # before any run: belongs to none

def answer(request):
    with tracer.start_as_current_span("outer", kind=SpanKind.CLIENT) as outer:
        outer.set_attributes(VALUES)
        time.sleep(0.5)
        outer.add_event("half", {"n": 1})
        with tracer.start_as_current_span("inner", links=[Link(outer.get_span_context(), {"why": "x"})]) as inner:
            inner.set_status(StatusCode.ERROR, "no \\U0001f600")
        logger.emit(event_name="evaluated", body={"score": 0.5, "tags": ["a", None]}, attributes={"k": [1, 2]},
                    severity_number=SeverityNumber.WARN, severity_text="WARN")
        calls.add(2, {"model": "m"})
        lengths.record(1.5, {"model": "m"})

def first(request):
    if request.id == "r-0001":
        answer(request)
"""
SERVE = "serve(first)\n"
VALUES: dict[str, Any] = {
    "text": 'Grüße \U0001f600 "quoted" \n \u2028 \x00',
    "empty": "",
    "yes": True,
    "no": False,
    "zero": 0,
    "most": 2**63 - 1,
    "least": -(2**63),
    "share": 0.1,
    "infinite": math.inf,
    "bytes": b"\x00\xff",
    "list": ["a", "b"],
    "nothing in it": [],
    "nested": {"a": {"b": [1, "x", None, {"c": True}]}, "empty": {}},
    "none": None,
    "long": "x" * 100_000,
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Everything one run recorded, as protobuf requests, in the file's order."""
    folder = tmp_path_factory.mktemp("recorded")
    run_script(folder, f"import math\ninf = math.inf\nVALUES = {VALUES!r}\n{EMIT}{SERVE}")
    text = (folder / "runs" / "06" / "telemetry.jsonl").read_text(encoding="utf-8")
    return [read(line) for line in text.splitlines()]


def spans(recorded: list[Any]) -> dict[str, Span]:
    return {
        span.name: span
        for request in recorded
        for resource in getattr(request, "resource_spans", ())
        for scope in resource.scope_spans
        for span in scope.spans
    }


def test_every_line_is_one_request_with_the_services_name(recorded: list[Any]) -> None:
    for request in recorded:
        ((_, resources),) = request.ListFields()
        assert [attributes(one.resource.attributes)["service.name"] for one in resources] == ["bot ü"]
    assert len(recorded) == 4  # two spans, one log record, one collection of metrics


def test_a_span_comes_back_with_every_attribute(recorded: list[Any]) -> None:
    outer = spans(recorded)["outer"]
    assert attributes(outer.attributes) == VALUES
    assert [type(found) for found in attributes(outer.attributes).values()] == [*map(type, VALUES.values())]


def test_a_span_comes_back_with_its_times_ids_and_kind(recorded: list[Any]) -> None:
    outer, inner = spans(recorded)["outer"], spans(recorded)["inner"]
    assert outer.kind == Span.SPAN_KIND_CLIENT
    assert inner.kind == Span.SPAN_KIND_INTERNAL
    assert outer.start_time_unix_nano > START_NS
    assert outer.end_time_unix_nano - outer.start_time_unix_nano == 500_000_000
    assert (len(outer.trace_id), len(outer.span_id)) == (16, 8)
    assert (inner.trace_id, inner.parent_span_id) == (outer.trace_id, outer.span_id)
    assert outer.parent_span_id == b""


def test_a_span_comes_back_with_events_links_and_status(recorded: list[Any]) -> None:
    outer, inner = spans(recorded)["outer"], spans(recorded)["inner"]
    assert [(e.name, e.time_unix_nano, attributes(e.attributes)) for e in outer.events] == [
        ("half", outer.start_time_unix_nano + 500_000_000, {"n": 1})
    ]
    assert [(link.span_id, attributes(link.attributes)) for link in inner.links] == [(outer.span_id, {"why": "x"})]
    assert (outer.status.code, inner.status.code, inner.status.message) == (0, 2, "no \U0001f600")


def test_a_log_record_comes_back_with_its_event_name_and_its_span(recorded: list[Any]) -> None:
    (log,) = (
        record
        for request in recorded
        for resource in getattr(request, "resource_logs", ())
        for scope in resource.scope_logs
        for record in scope.log_records
    )
    assert isinstance(log, LogRecord)
    outer = spans(recorded)["outer"]
    assert (log.event_name, log.severity_number, log.severity_text) == ("evaluated", 13, "WARN")
    assert attributes(log.body.kvlist_value.values) == {"score": 0.5, "tags": ["a", None]}
    assert attributes(log.attributes) == {"k": [1, 2]}
    assert (log.trace_id, log.span_id) == (outer.trace_id, outer.span_id)
    assert log.observed_time_unix_nano == outer.end_time_unix_nano


def test_metrics_come_back_with_this_runs_sums_only(recorded: list[Any]) -> None:
    (scope,) = (
        scope
        for request in recorded
        for resource in getattr(request, "resource_metrics", ())
        for scope in resource.scope_metrics
    )
    calls, lengths = scope.metrics
    assert (calls.name, calls.unit, calls.description) == ("calls", "{call}", "how many")
    (point,) = calls.sum.data_points
    assert (point.as_int, attributes(point.attributes)) == (2, {"model": "m"})
    assert calls.sum.is_monotonic
    assert calls.sum.aggregation_temporality == lengths.histogram.aggregation_temporality == 2  # cumulative
    (histogram,) = lengths.histogram.data_points
    assert (histogram.count, histogram.sum, histogram.min, histogram.max) == (1, 1.5, 1.5, 1.5)
    assert (list(histogram.explicit_bounds), list(histogram.bucket_counts)) == ([1, 2], [0, 1, 0])
    for one in (point, histogram):
        assert one.start_time_unix_nano == spans(recorded)["outer"].end_time_unix_nano
        assert one.time_unix_nano > one.start_time_unix_nano


def test_a_second_run_starts_the_file_and_the_sums_anew(tmp_path: Path) -> None:
    script = f"VALUES = {{}}\n{EMIT}{SERVE}"
    run_script(tmp_path, script)
    once = (tmp_path / "runs/06/telemetry.jsonl").read_bytes()
    run_script(tmp_path, script + SERVE)
    assert (tmp_path / "runs/06/telemetry.jsonl").read_bytes() == once
