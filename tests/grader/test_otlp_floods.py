"""Floods, bombs, silence and garbage cost a receiver no more than was agreed, and it stays up."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.otlp import body as body_module
from grader.otlp import http_server
from grader.otlp.receiver import Receiver
from tests.grader.otlp_client import HEAD, connect, post, raw
from tests.grader.test_otlp_wire import BODY


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


def test_bodies_without_an_end_and_bombs_cost_no_more_than_the_limit() -> None:
    """In a process of its own, whose memory is looked at: 200 MB at once, and packed bodies of 200 MB each."""
    code = """
import gzip, http.client, resource, threading
from grader.otlp.receiver import Receiver

bomb = gzip.compress(bytes(200_000_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with Receiver() as receiver:
    def ask(body, packing):
        client = http.client.HTTPConnection(receiver.address[7:], timeout=30)
        client.request("POST", "/v1/traces", body, {"Content-Type": "application/json", "Content-Encoding": packing})
        assert client.getresponse().status == 413
        client.close()
    endless = (bytes(1_000_000) for _ in range(200))
    threads = [threading.Thread(target=ask, args=(bomb, "gzip")) for _ in range(8)]
    threads.append(threading.Thread(target=ask, args=(endless, "identity")))
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(sum(receiver.arrived.refused.values()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    refused, grown_kb = map(int, done.stdout.split())
    assert refused == 9, done.stderr
    unit = 1 if sys.platform == "linux" else 1024
    assert grown_kb / unit < 150_000


def test_no_more_is_kept_than_was_agreed_and_the_rest_is_refused() -> None:
    with Receiver(most_bytes=3 * len(BODY)) as receiver:
        assert [post(receiver, BODY)[0] for _ in range(5)] == [200, 200, 200, 413, 413]
        assert receiver.arrived.spans == 3
        assert len(receiver.lines()) == 3


def test_what_bodies_hold_together_is_bounded_and_who_comes_too_much_is_told_to_come_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_module, "MOST_HELD_BYTES", 300_000)
    with connect(receiver) as greedy:
        greedy.sendall(HEAD + b"Content-Length: 400000\r\n\r\n" + bytes(250_000))
        until_s = time.monotonic() + 5
        while receiver._server.budget._held < 250_000 and time.monotonic() < until_s:
            time.sleep(0.01)
        answer = raw(receiver, HEAD + b"Content-Length: 100000\r\n\r\n" + bytes(100_000))
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 1" in answer
    assert post(receiver, BODY)[0] == 200
    until_s = time.monotonic() + 20
    while receiver._server.budget._held and time.monotonic() < until_s:
        time.sleep(0.01)  # whoever hung up is noticed in its own thread's time
    assert receiver._server.budget._held == 0


def test_half_open_connections_make_way_for_a_program_that_speaks(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "MOST_CONNECTIONS", 20)
    before = threading.active_count()
    silent = [connect(receiver) for _ in range(60)]
    for number, connection in enumerate(silent):
        if number % 2:
            try:
                connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
            except OSError:
                continue  # it has been closed already
    try:
        assert post(receiver, BODY)[0] == 200
        until_s = time.monotonic() + 20
        while (threads := threading.active_count() - before) >= 30 and time.monotonic() < until_s:
            time.sleep(0.05)  # a connection that was let go takes its thread along, in its own time
        assert threads < 30
    finally:
        for connection in silent:
            connection.close()


def test_a_trickle_of_bytes_does_not_keep_a_connection(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_S", 0.3)
    with connect(receiver) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        for _ in range(20):
            time.sleep(0.05)
            try:
                connection.sendall(b"{")
            except OSError:
                break
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")


def test_ten_thousand_requests_from_many_connections_are_all_taken(receiver: Receiver) -> None:
    request = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    answers: list[int] = []

    def send() -> None:
        answers.append(raw(receiver, request * 500).count(b"HTTP/1.1 200"))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answers) == receiver.arrived.spans == 10_000


def test_reasons_to_refuse_do_not_grow_without_end(receiver: Receiver) -> None:
    for number in range(30):
        post(receiver, BODY.replace(b"startTimeUnixNano", b"x" + b"y" * number).replace(b'"key"', b'"k%d"' % number))
        post(receiver, b" " * number)
    assert len(receiver.arrived.refused) <= 21
    assert sum(receiver.arrived.refused.values()) == 60


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(
        (b"", b"POST ", b"POST /v1/traces HTTP/1.1\r\n", HEAD, HEAD + b"Transfer-Encoding: chunked\r\n")
    ),
    rest=st.binary(max_size=200),
)
def test_any_bytes_on_a_connection_leave_the_receiver_up(receiver: Receiver, head: bytes, rest: bytes) -> None:
    raw(receiver, head + rest)
    assert post(receiver, b"{}") == (200, "application/json", b"{}")
