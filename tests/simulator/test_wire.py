"""The pipe of a graded process: five questions, and nothing else gets an answer."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import wire
from simulator.engine import Engine
from simulator.scenario import ScenarioError
from simulator.wire import RemoteEngine, answer_line, serve_engine

BODY: dict[str, Any] = {"model": "lumen-mid", "messages": [{"role": "user", "content": "Hello"}]}
AT_NS = 1_795_200_000_000_000_000
SEED = 5


@pytest.fixture
def remote() -> Iterator[RemoteEngine]:
    theirs, ours = socket.socketpair()
    thread = threading.Thread(target=serve_engine, args=(Engine(seed=SEED, fixed=True), theirs))
    thread.start()
    engine = RemoteEngine(ours.detach())
    yield engine
    engine.close()
    thread.join()


def test_a_remote_engine_answers_as_a_local_one(remote: RemoteEngine) -> None:
    local = Engine(seed=SEED, fixed=True)
    for engine in (remote, local):
        engine.begin("call_site", None)
    for _ in range(20):
        asked = remote.next_request()
        assert asked == local.next_request()
        for more in ({}, {"stream": True}):
            expected = local.attempt(BODY | more, AT_NS, 10.0)
            assert remote.attempt(BODY | more, AT_NS, 10.0) == json.loads(json.dumps(expected))
        remote.close_stream(1, AT_NS, 1)
        remote.close_request("answered")
    while remote.next_request() is not None:
        pass


def test_what_json_has_no_word_for_is_refused_as_in_process(remote: RemoteEngine) -> None:
    class Message:
        role, content = "user", "Hello"

    assert remote.attempt({"model": "lumen-mid", "messages": [Message()]}, AT_NS, 10.0)["status"] == 400
    assert Engine().attempt({"model": "lumen-mid", "messages": [Message()]}, AT_NS, 10.0)["status"] == 400


def test_an_engine_that_ended_is_named() -> None:
    theirs, ours = socket.socketpair()
    theirs.close()
    engine = RemoteEngine(ours.detach())
    with pytest.raises(ConnectionError, match="The simulator ended"):
        engine.next_request()
    engine.close()


def test_several_threads_may_ask_at_once(remote: RemoteEngine) -> None:
    remote.begin("call_site", None)
    replies: list[dict[str, Any]] = []
    threads = [threading.Thread(target=lambda: replies.append(remote.attempt(BODY, AT_NS, 10.0))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply["stream"] for reply in replies) == list(range(20))


def ask(line: bytes) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(answer_line(Engine(seed=SEED, fixed=True), line))
    return reply


@pytest.mark.parametrize(
    "name",
    ["ledger", "_seed", "_start", "_provider", "__init__", "__class__", "__getattribute__", "Begin", "", "attempt "],
)
def test_private_and_unknown_names_are_refused(name: str) -> None:
    reply = ask(json.dumps([name]).encode())
    assert reply == {"error": f"The simulator could not answer: unknown question {name!r}"}


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"{}", b"[]", b"5", b"null", b'"begin"', b"[[1]]", b'[["begin"]]', b"\xff\xfe", b"[" * 100_000,
        b'["attempt"]', b'["attempt", [], 1, 1]', b'["attempt", {}, "now", 1]', b'["attempt", {}, 1, null]',
        b'["attempt", {}, 1e400, 1]', b'["close_stream", "a", "b", "c"]', b'["close_stream", 0, [], {}]',
        b'["close_stream", 0, 1e999, NaN]', b'["close_request"]', b'["next_request", 1]', b'["begin", 1, 2, 3]',
        b'["attempt", {}, ' + b"9" * 5000 + b", 1]",
    ],
)  # fmt: skip
def test_garbage_is_refused(line: bytes) -> None:
    assert list(ask(line)) == ["error"]


@given(st.binary(max_size=200))
def test_any_bytes_at_all_get_one_line_back(line: bytes) -> None:
    answered = answer_line(Engine(), line)
    assert answered.endswith(b"\n")
    assert answered.count(b"\n") == 1
    json.loads(answered)


def test_an_error_of_the_engine_reaches_the_learner_as_its_words() -> None:
    theirs, ours = socket.socketpair()
    thread = threading.Thread(target=serve_engine, args=(Engine(), theirs))
    thread.start()
    engine = RemoteEngine(ours.detach())
    with pytest.raises(ScenarioError, match="There is no scenario 'x'"):
        engine.begin("x", None)
    assert engine.begin("call_site", 1)["start_ns"] > 0
    engine.close()
    thread.join()


def test_a_process_without_a_graders_socket_is_practising(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(wire.FD_VARIABLE, raising=False)
    assert wire.connect() is None


def test_a_graded_process_takes_over_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = socket.socketpair()
    monkeypatch.setenv(wire.FD_VARIABLE, str(os.dup(ours.fileno())))
    ours.close()
    engine = wire.connect()
    assert isinstance(engine, RemoteEngine)
    engine.close()
    theirs.close()
