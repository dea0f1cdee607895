"""Bad calls: each gets the answer a real provider would give, never a crash."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import Engine
from simulator.refusals import find_refusal
from simulator.refusals.options import OPTIONS
from simulator.wire import answer_line

USER = {"role": "user", "content": "Hello"}
BODY: dict[str, Any] = {"model": "lumen-mid", "messages": [USER]}
FUNCTION = {"name": "look_up_order", "parameters": {"properties": {"order_id": {}}, "required": ["order_id"]}}
TOOL = {"type": "function", "function": FUNCTION}
CALL = {"id": "call_1", "type": "function", "function": {"name": "look_up_order", "arguments": "{}"}}
ASKS = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "{}"}
PART, IMAGE = {"type": "text", "text": "Hello"}, {"type": "image_url"}
NO_OBJECT: dict[str, Any] = {"name": "x", "parameters": []}
NO_NAMES = {"name": "x", "parameters": {"required": 5}}

BAD: list[tuple[dict[str, Any], str, str | None]] = [
    ({"model": None}, "missing_required_parameter", "model"),
    ({"model": ""}, "missing_required_parameter", "model"),
    ({"model": 5}, "invalid_type", "model"),
    ({"model": ["lumen-mid"]}, "invalid_type", "model"),
    ({"messages": None}, "missing_required_parameter", "messages"),
    ({"messages": []}, "empty_array", "messages"),
    ({"messages": "Hello"}, "invalid_type", "messages"),
    ({"messages": {"role": "user"}}, "invalid_type", "messages"),
    ({"messages": ["Hello"]}, "invalid_type", "messages[0]"),
    ({"messages": [USER, None]}, "invalid_type", "messages[1]"),
    ({"messages": [{"content": "Hello"}]}, "missing_required_parameter", "messages[0].role"),
    ({"messages": [{"role": "customer", "content": "Hello"}]}, "invalid_value", "messages[0].role"),
    ({"messages": [{"role": ["user"], "content": "Hello"}]}, "invalid_type", "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "user", "content": None}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "user", "content": 5}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "user", "content": []}]}, "empty_array", "messages[0].content"),
    ({"messages": [{"role": "user", "content": ["Hello"]}]}, "invalid_type", "messages[0].content[0]"),
    ({"messages": [{"role": "user", "content": [IMAGE]}]}, "invalid_value", "messages[0].content[0].type"),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "invalid_type", "messages[0].content[0].text"),
    ({"messages": [{**USER, "name": 5}]}, "invalid_type", "messages[0].name"),
    ({"messages": [{**USER, "tool_calls": [CALL]}]}, "unknown_parameter", "messages[0].tool_calls"),
    ({"messages": [{"role": "function", "content": "x"}]}, "missing_required_parameter", "messages[0].name"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "missing_required_parameter", "messages[0].tool_call_id"),
    ({"messages": [USER, RESULT]}, "invalid_value", "messages[1].role"),
    ({"messages": [ASKS]}, "invalid_value", "messages"),
    ({"messages": [ASKS, USER]}, "invalid_value", "messages"),
    ({"messages": [ASKS, {**RESULT, "tool_call_id": "call_2"}]}, "invalid_value", "messages[1].role"),
    ({"messages": [ASKS, RESULT, USER, RESULT]}, "invalid_value", "messages[3].role"),
    ({"messages": [{"role": "assistant", "content": None}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{**ASKS, "tool_calls": []}]}, "empty_array", "messages[0].tool_calls"),
    ({"messages": [{**ASKS, "tool_calls": [{**CALL, "id": 1}]}]}, "invalid_type", "messages[0].tool_calls[0].id"),
    ({"max_tokens": 0}, "integer_below_min_value", "max_tokens"),
    ({"max_tokens": "many"}, "invalid_type", "max_tokens"),
    ({"max_tokens": 1.5}, "invalid_type", "max_tokens"),
    ({"max_tokens": True}, "invalid_type", "max_tokens"),
    ({"max_completion_tokens": -1}, "integer_below_min_value", "max_completion_tokens"),
    ({"temperature": "hot"}, "invalid_type", "temperature"),
    ({"temperature": 2.1}, "decimal_above_max_value", "temperature"),
    ({"temperature": -0.1}, "decimal_below_min_value", "temperature"),
    ({"temperature": float("nan")}, "decimal_above_max_value", "temperature"),
    ({"top_p": 2}, "decimal_above_max_value", "top_p"),
    ({"presence_penalty": -3}, "decimal_below_min_value", "presence_penalty"),
    ({"n": 3}, "unsupported_value", "n"),
    ({"n": True}, "unsupported_value", "n"),
    ({"seed": "x"}, "invalid_type", "seed"),
    ({"stop": ["a", "b", "c", "d", "e"]}, "array_above_max_length", "stop"),
    ({"stop": [5]}, "invalid_type", "stop[0]"),
    ({"user": 5}, "invalid_type", "user"),
    ({"metadata": {"a": 1}}, "invalid_type", "metadata.a"),
    ({"metadata": {str(n): "" for n in range(17)}}, "object_above_max_properties", "metadata"),
    ({"metadata": {"a": "x" * 513}}, "string_above_max_length", "metadata.a"),
    ({"logit_bias": {"50256": 101}}, "decimal_above_max_value", "logit_bias.50256"),
    ({"logprobs": True}, "unsupported_value", "logprobs"),
    ({"functions": []}, "unsupported_parameter", "functions"),
    ({"reasoning_effort": "huge"}, "invalid_value", "reasoning_effort"),
    ({"max_token": 5}, "unknown_parameter", "max_token"),
    ({"stream": "yes"}, "invalid_type", "stream"),
    ({"stream": True, "stream_options": "usage"}, "invalid_type", "stream_options"),
    ({"stream": True, "stream_options": {"usage": True}}, "unknown_parameter", "stream_options.usage"),
    ({"stream_options": {"include_usage": True}}, "invalid_value", "stream_options"),
    ({"tools": []}, "empty_array", "tools"),
    ({"tools": [TOOL] * 129}, "array_above_max_length", "tools"),
    ({"tools": [FUNCTION]}, "missing_required_parameter", "tools[0].type"),
    ({"tools": [{"type": "custom"}]}, "invalid_value", "tools[0].type"),
    ({"tools": [{"type": "function"}]}, "missing_required_parameter", "tools[0].function"),
    ({"tools": [{"type": "function", "function": {}}]}, "missing_required_parameter", "tools[0].function.name"),
    ({"tools": [{**TOOL, "function": {"name": "look up"}}]}, "invalid_value", "tools[0].function.name"),
    ({"tools": [{**TOOL, "function": NO_OBJECT}]}, "invalid_type", "tools[0].function.parameters"),
    ({"tools": [{**TOOL, "function": NO_NAMES}]}, "invalid_function_parameters", "tools[0].function.parameters"),
    ({"tool_choice": "auto"}, "invalid_value", "tool_choice"),
    ({"parallel_tool_calls": True}, "invalid_value", "parallel_tool_calls"),
    ({"tools": [TOOL], "tool_choice": "always"}, "invalid_value", "tool_choice"),
    ({"tools": [TOOL], "tool_choice": 5}, "invalid_type", "tool_choice"),
    ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "x"}}}, "invalid_value", "tool_choice"),
    ({"response_format": "json"}, "invalid_type", "response_format"),
    ({"response_format": {}}, "missing_required_parameter", "response_format.type"),
    ({"response_format": {"type": "xml"}}, "invalid_value", "response_format.type"),
    (
        {"response_format": {"type": "json_schema"}},
        "missing_required_parameter",
        "response_format.json_schema",
    ),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
        "missing_required_parameter",
        "response_format.json_schema.name",
    ),
]  # fmt: skip
GOOD: list[dict[str, Any]] = [
    {},
    {"messages": [USER, ASKS, RESULT, USER]},
    {"messages": [USER, {**ASKS, "tool_calls": [CALL, {**CALL, "id": "2"}]}, RESULT, {**RESULT, "tool_call_id": "2"}]},
    {"messages": [USER, {"role": "assistant", "content": "Hello", "tool_calls": None}, USER]},
    {"messages": [{"role": "user", "content": [PART]}, {"role": "developer", "content": "Be brief", "name": "boss"}]},
    {"messages": [{"role": "function", "name": "f", "content": "1"}]},
    dict.fromkeys(OPTIONS),
    {"temperature": 0, "response_format": {"type": "json_object"}, "seed": 1, "user": "u", "n": 1, "top_p": 1},
    {"stop": "\n", "metadata": {"team": "support"}, "logit_bias": {"50256": -100}, "logprobs": False},
    {"max_completion_tokens": 5, "service_tier": "auto", "store": False, "modalities": ["text"]},
    {"tools": [TOOL], "tool_choice": "auto", "parallel_tool_calls": False},
    {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "look_up_order"}}},
    {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {}, "strict": True}}},
    {"stream": True, "stream_options": {}},
]  # fmt: skip


def over_the_wire(body: Any) -> Any:
    line = json.dumps(["attempt", body, 1_795_000_000_000_000_000, 600.0]).encode()
    return json.loads(answer_line(Engine(), line))


@pytest.mark.parametrize(("change", "code", "param"), BAD)
def test_a_bad_call_is_refused_with_code_and_parameter(change: dict[str, Any], code: str, param: str | None) -> None:
    refused = find_refusal(BODY | change)
    assert refused is not None
    assert (refused.status, refused.code, refused.param) == (400, code, param)


@pytest.mark.parametrize(("change", "code", "param"), BAD)
def test_a_bad_call_gets_an_api_error_in_process_and_over_the_wire(
    change: dict[str, Any], code: str, param: str | None
) -> None:
    reply = Engine().attempt(BODY | change, 1_795_000_000_000_000_000, 600.0)
    assert (reply["status"], reply["body"]["error"]["code"]) == (400, code)
    assert reply["latency_s"] < 1
    assert over_the_wire(BODY | change)["answer"] == json.loads(json.dumps(reply))


@pytest.mark.parametrize("change", GOOD)
def test_a_good_call_is_answered(change: dict[str, Any]) -> None:
    assert over_the_wire(BODY | change)["answer"]["status"] == 200


@pytest.mark.parametrize("body", [{}, {"model": "lumen-mid"}, {"messages": [USER]}])
def test_what_is_missing_is_named(body: dict[str, Any]) -> None:
    assert over_the_wire(body)["answer"]["body"]["error"]["code"] == "missing_required_parameter"


def test_an_unknown_model_is_not_found_and_a_long_prompt_is_too_long() -> None:
    long = [{"role": "user", "content": "x" * 600_000}]
    unknown, over = over_the_wire(BODY | {"model": "lumen-mit"}), over_the_wire(BODY | {"messages": long})
    assert unknown["answer"]["body"]["error"]["code"] == "model_not_found"
    assert over["answer"]["body"]["error"]["code"] == "context_length_exceeded"


def test_a_message_quotes_what_was_wrong_and_not_megabytes_of_it() -> None:
    refused = find_refusal(BODY | {"messages": [{"role": "x" * 1_000_000, "content": ""}]})
    assert refused is not None
    assert refused.message.startswith("Invalid value: 'xxx")
    assert len(refused.message) < 300


def test_a_refusal_reads_as_openais() -> None:
    below, kind = find_refusal(BODY | {"max_tokens": -1}), find_refusal(BODY | {"temperature": "hot"})
    assert below is not None
    assert kind is not None
    assert below.message == (
        "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got -1 instead."
    )
    assert kind.message == "Invalid type for 'temperature': expected a decimal, but got a string instead."


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NEARLY = st.sampled_from(["lumen-mid", [USER], True, [TOOL], [USER, ASKS], [USER, ASKS, RESULT], {"type": "function"}])
KEYS = st.sampled_from(["model", "messages", "role", "content", *OPTIONS])


@settings(max_examples=300)
@given(st.dictionaries(KEYS, JSON | NEARLY, max_size=8))
def test_any_json_object_at_all_gets_a_reply(body: dict[str, Any]) -> None:
    reply = Engine().attempt(body, 1, 600.0)
    assert reply["status"] in (200, 400, 404)
