"""The receiver keeps what a program sends, over real connections, and stays up whatever comes."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from grader.otlp.receiver import Receiver, ReceiverError
from grader.telemetry import read_lines
from tests.grader.otlp_client import HEAD, connect, port_of, post, raw
from tests.grader.test_otlp_wire import BODY, as_protobuf


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


def test_the_official_exporter_delivers_every_span_as_it_was(receiver: Receiver) -> None:
    for compression in (Compression.NoCompression, Compression.Gzip, Compression.Deflate):
        provider = TracerProvider()
        exporter = OTLPSpanExporter(f"{receiver.address}/v1/traces", compression=compression)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        with provider.get_tracer("t").start_as_current_span("chat", attributes={"tokens": 5, "kind": compression.name}):
            pass
        provider.shutdown()
    spans = read_lines(receiver.lines()).spans
    assert [span.attributes for span in spans] == [
        {"tokens": 5, "kind": name} for name in ("NoCompression", "Gzip", "Deflate")
    ]
    assert (receiver.arrived.batches, receiver.arrived.spans, receiver.arrived.refused) == (3, 3, {})
    assert str(receiver.arrived) == "3 spans, 0 log records and 0 metrics in 3 batches"
    assert str(replace(receiver.arrived, batches=1)).endswith(" in 1 batch")


def test_a_success_is_answered_in_the_requests_own_kind(receiver: Receiver) -> None:
    assert post(receiver, BODY) == (200, "application/json", b"{}")
    assert post(receiver, as_protobuf(), "application/x-protobuf") == (200, "application/x-protobuf", b"")


def test_a_refusal_is_a_status_message_in_the_requests_own_kind_and_is_counted(receiver: Receiver) -> None:
    status, kind, body = post(receiver, b"{")
    assert (status, kind, json.loads(body)["code"]) == (400, "application/json", 3)
    status, kind, body = post(receiver, b"\xff", "application/x-protobuf")
    sentence = "The body is no OTLP in protobuf, or breaks off in the middle"
    assert (status, kind) == (400, "application/x-protobuf")
    assert body == bytes((0x08, 3, 0x12, len(sentence))) + sentence.encode()  # google.rpc.Status: code, message
    assert receiver.arrived.refused[sentence] == 1
    assert receiver.arrived.batches == 0


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (404, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"),
        (405, b"GET /v1/traces HTTP/1.1\r\n\r\n"),
        (405, b"HEAD /v1/traces HTTP/1.1\r\n\r\n"),
        (405, b"OPTIONS /v1/traces HTTP/1.1\r\n\r\n"),
        (411, HEAD + b"\r\n"),
        (400, HEAD + b"Content-Length: -1\r\n\r\n"),
        (400, HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        (400, HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        (400, HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}{}\r\n0\r\n\r\n"),
        (400, HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 60),
        (400, HEAD + b"Content-Length: 50\r\n\r\n{}"),
        (413, HEAD + b"Content-Length: 999999999\r\n\r\n"),
        (413, HEAD + b"Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n"),
        (414, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"),
        (431, HEAD + b"A: b\r\n" * 200 + b"\r\n"),
        (400, b"\0\1\2\3 garbage\r\n\r\n"),
    ],
)
def test_what_is_no_request_gets_a_status_and_the_receiver_goes_on(
    receiver: Receiver, status: int, request_: bytes
) -> None:
    answer = raw(receiver, request_)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
    assert answer.count(b"HTTP/1.1") == 1
    assert sum(receiver.arrived.refused.values()) == 1
    assert post(receiver, BODY)[0] == 200


def test_grpc_and_tls_are_recognised_and_told_what_to_do(receiver: Receiver) -> None:
    raw(receiver, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    raw(receiver, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n")
    grpc, tls = receiver.arrived.refused
    assert "gRPC" in grpc and "http/protobuf" in grpc
    assert "http://" in tls


def test_one_connection_carries_many_requests_in_chunks_or_whole(receiver: Receiver) -> None:
    half = len(BODY) // 2
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (BODY[:half], BODY[half:]))
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nTrailer: 1\r\n\r\n"
    whole = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    answers = raw(receiver, chunked[:77], chunked[77:] + whole + chunked)
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert receiver.arrived.spans == 3


def test_a_client_that_asks_first_is_told_to_go_on_unless_it_would_be_refused(receiver: Receiver) -> None:
    asking = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with connect(receiver) as connection:
        connection.sendall(HEAD + asking)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    with connect(receiver) as connection:
        connection.sendall(HEAD.replace(b"application/json", b"text/plain") + asking)
        assert connection.recv(100).startswith(b"HTTP/1.1 415")


def test_waiting_ends_when_it_is_quiet_or_time_is_up(receiver: Receiver) -> None:
    began_s = time.monotonic()
    assert not receiver.wait_quiet(0.1, 0.3)
    assert 0.3 <= time.monotonic() - began_s < 2
    post(receiver, BODY)
    assert receiver.wait_quiet(0.2, 5.0)
    assert (receiver.quiet_s() or 0) >= 0.2


def test_a_port_in_use_is_named_with_a_way_out(receiver: Receiver) -> None:
    port = port_of(receiver)
    with pytest.raises(
        ReceiverError, match=f"Port {port} is in use. Free it, or take another one, such as {port + 1}."
    ):
        Receiver(port).__enter__()


def test_what_came_stays_when_the_receiver_stops_and_its_port_is_free(tmp_path: Path) -> None:
    with Receiver() as receiver:
        port = port_of(receiver)
        idle = connect(receiver)
        post(receiver, gzip.compress(BODY), **{"Content-Encoding": "gzip"})
    assert idle.recv(1) == b""  # nobody is left waiting
    idle.close()
    assert len(receiver.lines()) == 1
    with Receiver(port) as again:
        assert post(again, BODY)[0] == 200
