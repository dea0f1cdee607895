"""Bad calls: each gets the answer a real provider would give, never a crash."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import Engine
from simulator.wire import answer_line

USER = {"role": "user", "content": "Hello"}
BODY: dict[str, Any] = {"model": "lumen-mid", "messages": [USER]}

BAD = [
    ({"model": None}, 400, "missing_model"),
    ({"model": ""}, 400, "missing_model"),
    ({"model": 5}, 400, "missing_model"),
    ({"model": ["lumen-mid"]}, 400, "missing_model"),
    ({"model": "lumen-mit"}, 404, "model_not_found"),
    ({"messages": None}, 400, "invalid_messages"),
    ({"messages": []}, 400, "invalid_messages"),
    ({"messages": "Hello"}, 400, "invalid_messages"),
    ({"messages": {"role": "user"}}, 400, "invalid_messages"),
    ({"messages": ["Hello"]}, 400, "invalid_messages"),
    ({"messages": [USER, None]}, 400, "invalid_messages"),
    ({"messages": [{"content": "Hello"}]}, 400, "invalid_messages"),
    ({"messages": [{"role": "customer", "content": "Hello"}]}, 400, "invalid_messages"),
    ({"messages": [{"role": ["user"], "content": "Hello"}]}, 400, "invalid_messages"),
    ({"messages": [{"role": "user"}]}, 400, "invalid_messages"),
    ({"messages": [{"role": "user", "content": None}]}, 400, "invalid_messages"),
    ({"messages": [{"role": "user", "content": 5}]}, 400, "invalid_messages"),
    ({"messages": [{"role": "user", "content": ["Hello"]}]}, 400, "invalid_messages"),
    ({"max_tokens": 0}, 400, "invalid_max_tokens"),
    ({"max_tokens": "many"}, 400, "invalid_max_tokens"),
    ({"max_tokens": 1.5}, 400, "invalid_max_tokens"),
    ({"max_tokens": True}, 400, "invalid_max_tokens"),
    ({"max_completion_tokens": -1}, 400, "invalid_max_completion_tokens"),
    ({"temperature": "hot"}, 400, "invalid_temperature"),
    ({"temperature": 2.1}, 400, "invalid_temperature"),
    ({"temperature": float("nan")}, 400, "invalid_temperature"),
    ({"n": 3}, 400, "invalid_n"),
    ({"messages": [{"role": "user", "content": "x" * 600_000}]}, 400, "context_length_exceeded"),
    ({"stream": "yes"}, 400, "invalid_stream"),
    ({"stream": True, "stream_options": "usage"}, 400, "invalid_stream_options"),
    ({"stream_options": {"include_usage": True}}, 400, "invalid_stream_options"),
]
GOOD: list[dict[str, Any]] = [
    {},
    {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": []}, USER]},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": None}]}]},
    {"max_tokens": None, "temperature": None, "stream": None, "stream_options": None},
    {"temperature": 0, "response_format": {"type": "json_object"}, "seed": 1, "user": "u", "n": 1, "tools": []},
    {"stream": True, "stream_options": {}},
]


def over_the_wire(body: Any) -> Any:
    line = json.dumps(["attempt", body, 1_795_000_000_000_000_000, 600.0]).encode()
    return json.loads(answer_line(Engine(), line))


@pytest.mark.parametrize(("change", "status", "code"), BAD)
def test_a_bad_call_gets_an_api_error_in_process_and_over_the_wire(
    change: dict[str, Any], status: int, code: str
) -> None:
    reply = Engine().attempt(BODY | change, 1_795_000_000_000_000_000, 600.0)
    assert (reply["status"], reply["body"]["error"]["code"]) == (status, code)
    assert reply["latency_s"] < 1
    assert over_the_wire(BODY | change)["answer"] == json.loads(json.dumps(reply))


@pytest.mark.parametrize("change", GOOD)
def test_a_good_call_is_answered(change: dict[str, Any]) -> None:
    assert over_the_wire(BODY | change)["answer"]["status"] == 200


@pytest.mark.parametrize("body", [{}, {"model": "lumen-mid"}, {"messages": [USER]}])
def test_what_is_missing_is_named(body: dict[str, Any]) -> None:
    assert over_the_wire(body)["answer"]["status"] == 400


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["model", "messages", "max_tokens", "temperature", "stream", "stream_options", "role", "content"]
)


@settings(max_examples=300)
@given(st.dictionaries(KEYS, JSON | st.just("lumen-mid") | st.just([USER]) | st.just(True), max_size=8))
def test_any_json_object_at_all_gets_a_reply(body: dict[str, Any]) -> None:
    reply = Engine().attempt(body, 1, 600.0)
    assert reply["status"] in (200, 400, 404)
