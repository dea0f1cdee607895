"""One OTLP request becomes lines, whatever its dialect; whatever is no OTLP becomes one sentence."""

from __future__ import annotations

import base64
import gzip
import json
import sys
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from grader.otlp.wire import FIELDS, JSON, MOST_BODY_BYTES, PROTOBUF, WireError, to_batch, to_json_lines
from grader.telemetry import Span, read_lines

TRACE, SPAN, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
PLAIN = {
    "resourceSpans": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "bot"}}]},
            "scopeSpans": [
                {
                    "scope": {"name": "by hand"},
                    "spans": [
                        {
                            "traceId": TRACE,
                            "spanId": SPAN,
                            "parentSpanId": PARENT,
                            "name": "chat",
                            "kind": 3,
                            "startTimeUnixNano": "1795197600000000000",
                            "endTimeUnixNano": "1795197600500000000",
                            "attributes": [
                                {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "812"}},
                                {"key": "packed", "value": {"bytesValue": "AP8="}},
                                {"key": "trace_id", "value": {"arrayValue": {"values": [{"doubleValue": 0.5}]}}},
                            ],
                            "events": [{"name": "retried", "timeUnixNano": "1795197600100000000"}],
                            "status": {"code": 2, "message": "no"},
                        }
                    ],
                }
            ],
        }
    ]
}
BODY = json.dumps(PLAIN).encode()


def as_protobuf() -> bytes:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "bot"
    scope = group.scope_spans.add()
    scope.scope.name = "by hand"
    span = scope.spans.add(name="chat", kind=3)
    span.trace_id, span.span_id, span.parent_span_id = map(bytes.fromhex, (TRACE, SPAN, PARENT))
    span.start_time_unix_nano, span.end_time_unix_nano = 1795197600000000000, 1795197600500000000
    span.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = 812
    span.attributes.add(key="packed").value.bytes_value = b"\x00\xff"
    span.attributes.add(key="trace_id").value.array_value.values.add().double_value = 0.5
    span.events.add(name="retried", time_unix_nano=1795197600100000000)
    span.status.code, span.status.message = 2, "no"
    return bytes(request.SerializeToString())


def taken(body: bytes, kind: str = JSON, encoding: str = "", path: str = "/v1/traces") -> Span:
    (span,) = read_lines(to_json_lines(path, kind, encoding, body)).spans
    return span


def refused(body: bytes, kind: str = JSON, encoding: str = "", path: str = "/v1/traces") -> tuple[int, str]:
    with pytest.raises(WireError) as caught:
        to_json_lines(path, kind, encoding, body)
    return caught.value.status, str(caught.value)


def test_protobuf_and_json_say_the_same() -> None:
    span = taken(BODY)
    assert (span.trace_id, span.span_id, span.parent_id, span.kind, span.status) == (
        TRACE, SPAN, PARENT, "CLIENT", "ERROR",
    )  # fmt: skip
    assert span.attributes == {"gen_ai.usage.input_tokens": 812, "packed": b"\x00\xff", "trace_id": [0.5]}
    assert taken(as_protobuf(), PROTOBUF) == span


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("gzip", lambda body: gzip.compress(body[:99]) + gzip.compress(body[99:])),
    ],
)
def test_packed_bodies_are_unpacked(encoding: str, pack: Any) -> None:
    assert taken(pack(BODY), JSON, encoding) == taken(pack(as_protobuf()), PROTOBUF, encoding) == taken(BODY)


def test_dialects_of_json_are_understood() -> None:
    def base64_of(hexadecimal: str) -> str:
        return base64.b64encode(bytes.fromhex(hexadecimal)).decode()

    span = {
        "trace_id": base64_of(TRACE),
        "span_id": base64_of(SPAN),
        "parent_span_id": base64_of(PARENT),
        "trace_state": None,
        "name": "chat",
        "kind": "SPAN_KIND_CLIENT",
        "start_time_unix_nano": 1795197600000000000,
        "end_time_unix_nano": 1795197600500000000,
        "attributes": [
            {"key": "gen_ai.usage.input_tokens", "value": {"int_value": 812}},
            {"key": "packed", "value": {"bytes_value": "AP8="}},
            {"key": "trace_id", "value": {"array_value": {"values": [{"double_value": 0.5}]}}},
        ],
        "events": [{"name": "retried", "time_unix_nano": 1795197600100000000, "attributes": None}],
        "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
    }
    resource = {"attributes": [{"key": "service.name", "value": {"string_value": "bot"}}]}
    group = {"resource": resource, "scope_spans": [{"scope": {"name": "by hand"}, "spans": [span]}]}
    dialect = json.dumps({"resource_spans": [group]}).encode()
    assert taken(dialect, "application/json; charset=utf-8", path="/v1/traces/") == taken(BODY)
    upper = BODY.replace(TRACE.encode(), TRACE.upper().encode())
    assert taken(upper, "Application/JSON", path="//v1/traces?x=1") == taken(BODY)


def test_logs_and_metrics_are_taken_too() -> None:
    logs = ExportLogsServiceRequest()
    record = logs.resource_logs.add().scope_logs.add().log_records.add(event_name="said", time_unix_nano=5)
    record.body.kvlist_value.values.add(key="traceId").value.string_value = "AAAA"
    record.trace_id = bytes.fromhex(TRACE)
    (log,) = to_batch("/v1/logs", PROTOBUF, "", logs.SerializeToString()).telemetry.logs
    assert (log.event_name, log.body, log.trace_id) == ("said", {"traceId": "AAAA"}, TRACE)
    metrics = ExportMetricsServiceRequest()
    metric = metrics.resource_metrics.add().scope_metrics.add().metrics.add(name="tokens")
    point = metric.histogram.data_points.add(count=2, sum=float("nan"), bucket_counts=[0, 2])
    point.exemplars.add(as_double=1).trace_id = bytes.fromhex(TRACE)
    (found,) = to_batch("/v1/metrics", PROTOBUF, "", metrics.SerializeToString()).telemetry.metrics
    assert found["histogram"]["dataPoints"][0]["exemplars"][0]["traceId"] == TRACE


@pytest.mark.parametrize(("kind", "body"), [(JSON, b"{}"), (JSON, b'{"resourceSpans":[]}'), (PROTOBUF, b"")])
def test_an_empty_request_is_taken_and_leaves_no_line(kind: str, body: bytes) -> None:
    assert to_json_lines("/v1/traces", kind, "", body) == []


def test_a_line_is_one_line_of_ascii_whatever_a_text_holds() -> None:
    (line,) = to_json_lines("/v1/traces", JSON, "", BODY.replace(b'"chat"', '"a\\nb\u2028\U0001f600\\ud800"'.encode()))
    assert line.isascii() and len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "word", "request_"),
    [
        (404, "/v1/traces", (BODY, JSON, "", "/")),
        (404, "/v1/traces", (BODY, JSON, "", "/v1/traces/v1/traces")),
        (415, "content type", (BODY, "text/plain", "", "/v1/traces")),
        (415, "content type", (BODY, "", "", "/v1/traces")),
        (415, "gzip", (BODY, JSON, "br", "/v1/traces")),
        (400, "damaged", (BODY, JSON, "gzip", "/v1/traces")),
        (400, "breaks off", (gzip.compress(BODY)[:-9], JSON, "gzip", "/v1/traces")),
        (400, "protobuf", (as_protobuf()[:-9], PROTOBUF, "", "/v1/traces")),
        (400, "protobuf", (BODY, PROTOBUF, "", "/v1/traces")),
        (400, "UTF-8", (as_protobuf(), JSON, "", "/v1/traces")),
        (400, "line 1", (BODY[:-9], JSON, "", "/v1/traces")),
        (400, "object", (b"[]", JSON, "", "/v1/traces")),
        (400, "list of resourceSpans", (b'{"resourceSpans":{}}', JSON, "", "/v1/traces")),
        (400, "another type", (b'{"resourceSpans":[1]}', JSON, "", "/v1/traces")),
        (400, "NaN", (b'{"resourceSpans":[NaN]}', JSON, "", "/v1/traces")),
        (400, "32 hex digits", (BODY.replace(TRACE.encode(), b"12"), JSON, "", "/v1/traces")),
        (400, "16 hex digits", (BODY.replace(SPAN.encode(), b"x" * 16), JSON, "", "/v1/traces")),
        (400, "startTimeUnixNano", (BODY.replace(b"startTime", b"time"), JSON, "", "/v1/traces")),
        (400, "nest", (b'{"resourceSpans":' + b"[" * 200_000, JSON, "", "/v1/traces")),
        (413, "8 MB", (b" " * (MOST_BODY_BYTES + 1), JSON, "", "/v1/traces")),
        (413, "8 MB", (gzip.compress(b" " * 100_000_000), PROTOBUF, "gzip", "/v1/traces")),
        (400, "too many parts", (gzip.compress(b"") * 101, PROTOBUF, "gzip", "/v1/traces")),
    ],
)
def test_what_is_no_otlp_is_refused_with_a_status_and_a_sentence(
    status: int, word: str, request_: tuple[bytes, str, str, str]
) -> None:
    found, sentence = refused(*request_)
    assert found == status
    assert word in sentence


def test_without_the_protobuf_package_json_is_taken_and_protobuf_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "grader.otlp.protobuf_form", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.proto.collector.trace.v1.trace_service_pb2", None)
    assert taken(BODY).name == "chat"
    status, sentence = refused(as_protobuf(), PROTOBUF)
    assert status == 415
    assert "opentelemetry-proto" in sentence and "http/json" in sentence


ANY_REQUEST = {
    "path": st.sampled_from((*FIELDS, "/", "/v1/trace\0s")),
    "kind": st.sampled_from((JSON, PROTOBUF, "", "text/plain")),
    "encoding": st.sampled_from(("", "gzip", "deflate", "identity", "br")),
}


def take_or_refuse(path: str, kind: str, encoding: str, body: bytes) -> None:
    try:
        lines = to_json_lines(path, kind, encoding, body)
    except WireError as error:
        assert error.status in (400, 404, 413, 415)
        assert len(str(error)) < 250
        return
    read_lines(lines)


@settings(max_examples=400, deadline=None)
@given(**ANY_REQUEST, body=st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(path: str, kind: str, encoding: str, body: bytes) -> None:
    take_or_refuse(path, kind, encoding, body)
    if encoding == "gzip":
        take_or_refuse(path, kind, encoding, gzip.compress(body))


@settings(max_examples=400, deadline=None)
@given(where=st.integers(0, 10_000), new=st.binary(max_size=4), gone=st.integers(0, 4), json_=st.booleans())
def test_a_damaged_request_is_taken_or_refused(where: int, new: bytes, gone: int, json_: bool) -> None:
    body = BODY if json_ else as_protobuf()
    where %= len(body)
    take_or_refuse("/v1/traces", JSON if json_ else PROTOBUF, "", body[:where] + new + body[where + gone :])
