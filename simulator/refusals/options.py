"""The options of a chat completion beside model and messages: one table, name by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from simulator.refusals import expect
from simulator.refusals.expect import Refused
from simulator.refusals.tools import check_chosen, check_response_format, check_tool_choice, check_tools


def _unsupported(found: Any, param: str, instead: str = "") -> None:
    words = f" Use '{instead}' instead." if instead else ""
    raise Refused("unsupported_parameter", f"Unsupported parameter: '{param}' is not supported here.{words}", param)


def _only(found: Any, param: str, allowed: Any) -> None:
    if type(found) is not type(allowed) or found != allowed:
        message = (
            f"Unsupported value: '{param}' does not support {expect.quoted(found)} here. Only {allowed!r} is supported."
        )
        raise Refused("unsupported_value", message, param)


def _stop(found: Any, param: str) -> None:
    if isinstance(found, str):
        return
    expect.items(found, param, "one of a string or an array of strings", most=4)
    for number, sequence in enumerate(found):
        expect.text(sequence, f"{param}[{number}]")


def _stream_options(found: Any, param: str) -> None:
    expect.mapping(found, param)
    for name, value in found.items():
        if name not in ("include_usage", "include_obfuscation"):
            raise Refused("unknown_parameter", f"Unknown parameter: '{param}.{name}'.", f"{param}.{name}")
        if value is not None:
            expect.flag(value, f"{param}.{name}")


def _metadata(found: Any, param: str) -> None:
    expect.mapping(found, param)
    if len(found) > 16:
        message = f"Invalid '{param}': too many properties. Expected at most 16, but got {len(found)}."
        raise Refused("object_above_max_properties", message, param)
    for name, value in found.items():
        expect.text(name, param, most=64)
        expect.text(value, f"{param}.{name}", most=512)


def _logit_bias(found: Any, param: str) -> None:
    expect.mapping(found, param)
    for name, value in found.items():
        expect.number(value, f"{param}.{name}", least=-100, most=100)


_limit = partial(expect.whole, least=1)
_penalty = partial(expect.number, least=-2, most=2)

OPTIONS: Mapping[str, Callable[[Any, str], None]] = {
    "audio": _unsupported,
    "frequency_penalty": _penalty,
    "function_call": partial(_unsupported, instead="tool_choice"),
    "functions": partial(_unsupported, instead="tools"),
    "logit_bias": _logit_bias,
    "logprobs": partial(_only, allowed=False),
    "max_completion_tokens": _limit,
    "max_tokens": _limit,
    "metadata": _metadata,
    "modalities": partial(_only, allowed=["text"]),
    "n": partial(_only, allowed=1),
    "parallel_tool_calls": expect.flag,
    "prediction": _unsupported,
    "presence_penalty": _penalty,
    "prompt_cache_key": expect.text,
    "prompt_cache_retention": partial(expect.one_of, allowed=("in_memory", "24h")),
    "reasoning_effort": partial(expect.one_of, allowed=("none", "minimal", "low", "medium", "high", "xhigh")),
    "response_format": check_response_format,
    "safety_identifier": expect.text,
    "seed": expect.whole,
    "service_tier": partial(expect.one_of, allowed=("auto", "default", "flex", "scale", "priority")),
    "stop": _stop,
    "store": expect.flag,
    "stream": expect.flag,
    "stream_options": _stream_options,
    "temperature": partial(expect.number, least=0, most=2),
    "tool_choice": check_tool_choice,
    "tools": check_tools,
    "top_logprobs": _unsupported,
    "top_p": partial(expect.number, least=0, most=1),
    "user": expect.text,
    "verbosity": partial(expect.one_of, allowed=("low", "medium", "high")),
    "web_search_options": _unsupported,
}
"""What each option must be, unless it is null. What the fake LLM cannot do is refused, not ignored."""


def check_options(body: Mapping[str, Any]) -> None:
    """Refuse unknown options, options of the wrong kind, and options that do not go together."""
    for name, found in body.items():
        if name in ("model", "messages"):
            continue
        check = OPTIONS.get(name)
        if check is None:
            raise Refused("unknown_parameter", f"Unknown parameter: {expect.quoted(name)}.", str(name))
        if found is not None:
            check(found, name)
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise Refused("invalid_value", message, "stream_options")
    for name in ("tool_choice", "parallel_tool_calls"):
        if body.get(name) is not None and not body.get("tools"):
            raise Refused("invalid_value", f"'{name}' is only allowed when 'tools' are specified.", name)
    if body.get("tool_choice") is not None:
        check_chosen(body["tool_choice"], body["tools"])
