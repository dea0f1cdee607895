"""Bad clients and bad input against a running server: correct errors, nothing left behind, and it lives on."""

import json
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.real.server import Serving, serving

BODY: dict[str, Any] = {"model": "lumen-small", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("server"), "--no-wait") as found:
        yield found


def post(server: Serving, content: bytes, path: str = "/v1/chat/completions") -> tuple[int, Any]:
    """Status and body of one POST over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("POST", path, content, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def ask(server: Serving, **change: Any) -> tuple[int, str | None]:
    """Status and error code of one chat completion."""
    status, found = post(server, json.dumps(BODY | change).encode())
    return status, found.get("error", {}).get("code")


def test_malformed_json_is_a_bad_request(server: Serving) -> None:
    for content in (b"", b"{", b"\xff\xfe", b"[" * 1_000_000, b'{"model": "lumen-small", "messages": [NaN]}'):
        status, found = post(server, content)
        assert (status, found["error"]["code"]) == (400, "invalid_json")


def test_an_unknown_model_is_not_found(server: Serving) -> None:
    assert ask(server, model="gpt-5") == (404, "model_not_found")


def test_missing_messages_are_named(server: Serving) -> None:
    assert ask(server, messages=None) == (400, "missing_required_parameter")


def test_negative_max_tokens_are_refused(server: Serving) -> None:
    assert ask(server, max_tokens=-5) == (400, "integer_below_min_value")


def test_a_prompt_of_10_mb_is_too_long_for_the_model(server: Serving) -> None:
    assert ask(server, messages=[{"role": "user", "content": "tent " * 2_000_000}]) == (400, "context_length_exceeded")


def test_100_000_messages_are_too_many_for_the_model(server: Serving) -> None:
    assert ask(server, messages=[{"role": "user", "content": "Hi"}] * 100_000) == (400, "context_length_exceeded")


def test_a_body_over_20_mb_is_too_large(server: Serving) -> None:
    status, found = post(server, b" " * 25_000_000)
    assert (status, found["error"]["code"]) == (413, "request_too_large")


def test_large_bodies_leave_no_memory_behind(server: Serving) -> None:
    content = json.dumps(BODY | {"messages": [{"role": "user", "content": "tent " * 2_000_000}]}).encode()
    post(server, content)
    before_mb = server.resident_mb
    for _ in range(20):
        post(server, content)
    assert server.resident_mb - before_mb < 15


def test_what_is_no_http_is_refused_and_the_connection_closed(server: Serving) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert ask(server) == (200, None)


def test_a_client_that_hangs_up_in_its_request_leaves_nothing_behind(server: Serving) -> None:
    before = server.sockets
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
            wire.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{")
    while server.sockets > before:
        assert ask(server) == (200, None)


def test_a_client_that_hangs_up_in_a_stream_stands_in_the_ledger(tmp_path: Path) -> None:
    asked = {"role": "user", "content": "How long do I have to return a tent?"}
    content = json.dumps(BODY | {"stream": True, "messages": [asked]}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(content)}\r\n\r\n"
    with serving(tmp_path, "--speed", "0.5") as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as wire:
            wire.sendall(head.encode() + content)
            while b"data: " not in wire.recv(65536):
                continue
        while not (entries := running.ledger()):
            assert post(running, b"{}", "/traffic/step")[0] == 400
        assert 1 <= entries[0]["chunks_read"] < entries[0]["chunks"]


def test_1000_idle_connections_hold_up_nobody_and_leave_nothing_behind(server: Serving) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))
    before, before_mb = server.sockets, server.resident_mb
    try:
        with ExitStack() as idle:
            for _ in range(1000):
                idle.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            assert ask(server) == (200, None)
            assert server.sockets >= before + 1000
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    while server.sockets > before:
        assert ask(server) == (200, None)
    assert server.resident_mb - before_mb < 30
