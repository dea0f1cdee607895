"""The one way in: whatever stands in a telemetry file becomes plain values or one TelemetryError."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.telemetry import Telemetry, TelemetryError, read_bytes, read_file, read_lines, read_raw
from tests.grader.sample_files import attribute, line, otlp
from tests.grader.samples import START_NS


def test_a_span_has_everything_that_stands_in_its_line() -> None:
    event = {"name": "exception", "timeUnixNano": str(START_NS), "attributes": [attribute("k", stringValue="v")]}
    full = otlp(parentSpanId="0C" * 8, status={"code": 2, "message": "late"}, events=[event], flags=256, later={})
    resource = {"attributes": [attribute("service.name", stringValue="support-bot")]}
    span = read_lines([line(full, resource=resource)]).spans[0]
    assert (span.trace_id, span.span_id, span.parent_id) == ("0a" * 16, "0b" * 8, "0c" * 8)
    assert (span.kind, span.status, span.status_message, span.scope) == ("CLIENT", "ERROR", "late", "bot")
    assert (span.resource, span.duration_s) == ({"service.name": "support-bot"}, 1.0)
    assert [(e.name, e.at_ns, e.attributes) for e in span.events] == [("exception", START_NS, {"k": "v"})]


def test_what_a_span_may_leave_out_has_a_default() -> None:
    bare = {key: otlp()[key] for key in ("traceId", "spanId", "startTimeUnixNano", "endTimeUnixNano")}
    span = read_lines([line(bare)]).spans[0]
    assert (span.parent_id, span.name, span.kind, span.status, span.events) == (None, "", "UNSPECIFIED", "UNSET", ())


@pytest.mark.parametrize("key", ["traceId", "spanId", "startTimeUnixNano"])
def test_a_field_that_must_be_there_is_named(key: str) -> None:
    span = otlp()
    del span[key]
    with pytest.raises(TelemetryError, match=f"Line 2 of the telemetry is not OTLP/JSON: '{key}' is missing"):
        read_lines([line(otlp()), line(span)])


@pytest.mark.parametrize(
    "garbage",
    [
        *("no json", "[]", "7", "null", '"text"', "\ufffd", "{" * 100_000, "[" * 100_000),
        *('{"resourceSpans": 5}', '{"resourceSpans": ["x"]}', '{"resourceLogs": [{"scopeLogs": [7]}]}'),
        '{"resourceMetrics": [{"scopeMetrics": [{"metrics": [7]}]}]}',
    ],
)
def test_a_line_that_is_no_telemetry_is_told_by_its_number(garbage: str) -> None:
    with pytest.raises(TelemetryError, match="Line 2 of the telemetry") as caught:
        read_lines([line(otlp()), garbage])
    assert len(str(caught.value)) < 250


def test_empty_lines_and_unknown_records_are_passed_over() -> None:
    assert read_lines(["", "  ", '{"resourceProfiles": [{}]}', "{}"]) == Telemetry()
    assert not Telemetry()


def test_logs_and_metrics_are_read_beside_spans() -> None:
    log = {"eventName": "e", "observedTimeUnixNano": "5", "body": {"stringValue": "b"}, "traceId": "0A", "spanId": ""}
    found = read_lines(
        [
            json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]}),
            json.dumps({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "m", "sum": {}}]}]}]}),
        ]
    )
    assert (found.logs[0].event_name, found.logs[0].at_ns, found.logs[0].body) == ("e", 5, "b")
    assert (found.logs[0].trace_id, found.logs[0].span_id) == ("0a", None)
    assert found.metrics == ({"name": "m", "sum": {}},)
    assert found


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_last_line_that_is_still_being_written_is_left_out(cut: int) -> None:
    raw = (line(otlp()) + "\n" + line(otlp())[:-cut]).encode()
    assert len(read_raw(raw).spans) == 1
    assert len(read_raw((line(otlp()) + "\n" + line(otlp())).encode()).spans) == 2


def test_a_half_line_in_the_middle_is_told() -> None:
    with pytest.raises(TelemetryError, match="Line 1"):
        read_raw((line(otlp())[:-5] + "\n" + line(otlp()) + "\n").encode())


def test_separators_inside_a_text_do_not_end_the_line() -> None:
    raw = json.dumps(otlp(name="a\u2028b\u0085c"), ensure_ascii=False)
    text = line(otlp()).replace(json.dumps(otlp()), raw)
    assert read_raw(text.encode()).spans[0].name == "a\u2028b\u0085c"


def test_a_file_larger_than_the_bound_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "telemetry.jsonl"
    file.write_bytes(b"x" * 101)
    assert len(read_bytes(file, most_bytes=101)) == 101
    with pytest.raises(TelemetryError, match="larger than"):
        read_bytes(file, most_bytes=100)


def test_what_is_no_plain_file_holds_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text(line(otlp()))
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for name in ("pipe", "missing", ".", "file/below"):
        assert read_bytes(tmp_path / name) == b""
    assert read_bytes(tmp_path / "link", follow=False) == b""
    assert len(read_file(tmp_path / "link").spans) == 1


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(TelemetryError, match="could not be read"):
        read_file(tmp_path / "loop")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(ANY_JSON.map(json.dumps) | st.text(max_size=30) | st.just(line(otlp())), max_size=4))
def test_any_lines_are_read_or_told(lines: list[str]) -> None:
    with contextlib.suppress(TelemetryError):
        read_lines(lines)
