"""Chat completions over HTTP: the answers of the client in process, as JSON and as server-sent events."""

import json
import time
from typing import Any

import pytest

from simulator import clock
from simulator.engine import Engine
from tests.simulator.asgi import BODY, CHAT, Served, ask, served

START_NS = 1_795_197_600_000_000_000
STREAM = BODY | {"stream": True, "stream_options": {"include_usage": True}}
TOOL = {"type": "function", "function": {"name": "look_up_order"}}
BODIES: list[dict[str, Any]] = [BODY, STREAM, BODY | {"tools": [TOOL], "tool_choice": "required"}, BODY, STREAM, BODY]


def in_process(bodies: list[dict[str, Any]]) -> list[Any]:
    """What one client in process gets for the same calls, one after another."""
    engine, found = Engine(seed=5), []
    with clock.simulated(START_NS):
        for body in bodies:
            reply = engine.attempt(body, clock.time_ns(), 600.0)
            chunks = reply.get("chunks", ())
            found.append([chunk for _, chunk in chunks] or reply["body"])
            for wait_s in [wait_s for wait_s, _ in chunks] or [reply["latency_s"]]:
                clock.advance_s(wait_s)
    return found


def events(server: Served, body: dict[str, Any], **more: Any) -> list[Any]:
    told = ask(server.app, CHAT, body, **more).events
    assert told.pop() == "[DONE]"
    return [json.loads(event) for event in told]


def test_the_same_seed_and_order_give_the_answers_of_the_client_in_process() -> None:
    server = served()
    over_http = [events(server, body) if "stream" in body else ask(server.app, CHAT, body).json for body in BODIES]
    assert over_http == in_process(BODIES)


def test_an_answer_is_json_with_a_request_id() -> None:
    answered = ask(served().app, CHAT, BODY)
    assert (answered.status, answered.whole) == (200, True)
    assert answered.headers["content-type"] == "application/json"
    assert answered.headers["content-length"] == str(len(answered.writes[0]))
    assert answered.headers["x-request-id"].startswith("req_")


def test_a_stream_ends_with_usage_and_done() -> None:
    answered = ask(served().app, CHAT, STREAM)
    assert answered.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answered.events[-1] == "[DONE]"
    assert json.loads(answered.events[-2])["usage"]["total_tokens"] > 0
    assert answered.whole


def test_nobody_waits_so_a_stream_is_one_write() -> None:
    assert len(ask(served().app, CHAT, STREAM).writes) == 1


def test_chunk_writes_gives_each_chunk_a_write_of_its_own() -> None:
    answered = ask(served(chunk_writes=True).app, CHAT, STREAM)
    assert len(answered.writes) == len(answered.events) - 1
    assert answered.writes[-1].endswith(b"data: [DONE]\n\n")


def test_a_call_in_real_time_takes_as_long_as_it_says() -> None:
    server = served(speed=20.0)
    began_s = time.monotonic()
    ask(server.app, CHAT, BODY | {"max_tokens": 60})
    took_s = time.monotonic() - began_s
    entry = server.ledger[0]
    assert took_s >= (entry["ended_at_ns"] - entry["sent_at_ns"]) / 1e9 / 20 > 0.01


def test_chunks_in_real_time_leave_one_by_one() -> None:
    server = served(speed=2.0)
    answered = ask(server.app, CHAT, STREAM | {"max_tokens": 30})
    assert len(answered.writes) > 15
    assert server.ledger[0]["ended_at_ns"] - server.ledger[0]["first_chunk_at_ns"] > 0


@pytest.mark.parametrize("hang_up_after", [0, 3])
def test_a_client_that_hangs_up_stands_in_the_ledger_with_what_it_got(hang_up_after: int) -> None:
    server = served(speed=1.0, chunk_writes=True)
    answered = ask(server.app, CHAT, STREAM, hang_up_after=hang_up_after)
    entry = server.ledger[0]
    assert not answered.whole
    assert entry["chunks_read"] == len(answered.writes) == hang_up_after
    assert entry["chunks"] > 20
    assert entry["ended_at_ns"] < time.time_ns() + 10**9


def test_a_client_that_hangs_up_while_it_waits_gets_nothing() -> None:
    answered = ask(served(speed=1.0).app, CHAT, BODY, hang_up_after=0)
    assert (answered.status, answered.writes) == (None, [])


def test_an_answer_that_would_come_too_late_never_comes_and_the_connection_breaks() -> None:
    server = served()
    answered = ask(server.app, CHAT, BODY, headers={"x-stainless-read-timeout": "0.05"})
    assert (answered.status, answered.broken) == (None, True)
    assert server.ledger[0]["error"] == "timeout"
    assert server.stage.time.now_ns() == START_NS + 50_000_000


def test_a_held_request_waits_in_real_time_until_the_client_hangs_up() -> None:
    server = served(speed=20.0)
    answered = ask(server.app, CHAT, BODY, headers={"x-stainless-read-timeout": "0.001"}, hang_up_after=0)
    assert (answered.status, answered.broken) == (None, False)


@pytest.mark.parametrize("patience", ["soon", "nan", "inf", ""])
def test_a_patience_that_is_no_number_of_seconds_is_the_usual_one(patience: str) -> None:
    assert ask(served().app, CHAT, BODY, headers={"x-stainless-read-timeout": patience}).status == 200


def test_a_cut_stream_breaks_the_connection_after_its_chunks() -> None:
    server = served(control=True)
    server.stage.switch("cut_streams", "severe")
    cut = next(answered for answered in (ask(server.app, CHAT, STREAM) for _ in range(200)) if answered.broken)
    assert cut.status == 200
    assert not cut.whole
    assert cut.events[-1] != "[DONE]"
    entry = server.ledger[-1]
    assert (entry["error"], entry["chunks_read"]) == ("stream_cut", entry["chunks"])


def test_a_refused_rate_says_when_to_come_back() -> None:
    server = served(control=True)
    server.stage.switch("rate_limits", "severe")
    long = BODY | {"messages": [{"role": "user", "content": "tent " * 20_000}]}
    limited = next(found for found in (ask(server.app, CHAT, long) for _ in range(500)) if found.status == 429)
    assert int(limited.headers["retry-after"]) >= 1
    assert limited.json["error"]["code"] == "rate_limit_exceeded"


@pytest.mark.parametrize(
    ("change", "status", "param"),
    [
        ({"max_tokens": -1}, 400, "max_tokens"),
        ({"messages": None}, 400, "messages"),
        ({"model": "lumen-mit"}, 404, "model"),
        ({"messages": [{"role": "user", "content": "x" * 600_000}]}, 400, "messages"),
    ],
)
def test_a_refusal_names_the_parameter(change: dict[str, Any], status: int, param: str) -> None:
    answered = ask(served().app, CHAT, BODY | change)
    assert (answered.status, answered.json["error"]["param"]) == (status, param)
