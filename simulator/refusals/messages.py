"""What may stand in `messages`: roles, contents, and calls of tools with the results that follow them."""

from __future__ import annotations

from typing import Any

from simulator.refusals import expect
from simulator.refusals.expect import Refused

_PLAIN_ROLES = ("user", "system", "assistant", "developer")
_ROLES = (*_PLAIN_ROLES, "tool", "function")


def check_messages(messages: Any) -> None:
    """Refuse messages that no provider takes."""
    if messages is None:
        expect.missing("messages")
    expect.items(messages, "messages", "an array of objects")
    called: set[str] = set()
    waiting: list[str] = []
    for number, message in enumerate(messages):
        if not waiting and _plain(message):
            called.clear()
            continue
        where = f"messages[{number}]"
        _check_message(message, where)
        if message["role"] == "tool":
            if message["tool_call_id"] not in called:
                words = "messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
                raise Refused("invalid_value", f"Invalid parameter: {words}", f"{where}.role")
            waiting = [call_id for call_id in waiting if call_id != message["tool_call_id"]]
            continue
        _refuse_unanswered(waiting)
        waiting = [call["id"] for call in message.get("tool_calls") or ()]
        called = set(waiting)
    _refuse_unanswered(waiting)


def _plain(message: Any) -> bool:
    """Tell whether a message is a text with a role and nothing else, as nearly all are."""
    return (
        type(message) is dict
        and len(message) == 2
        and type(message.get("content")) is str
        and message.get("role") in _PLAIN_ROLES
    )


def _refuse_unanswered(waiting: list[str]) -> None:
    if waiting:
        message = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}"
        )
        raise Refused("invalid_value", message, "messages")


def _check_message(message: Any, where: str) -> None:
    expect.mapping(message, where)
    if message.get("role") is None:
        expect.missing(f"{where}.role")
    expect.one_of(message["role"], f"{where}.role", _ROLES)
    if message.get("name") is not None:
        expect.text(message["name"], f"{where}.name")
    calls = message.get("tool_calls")
    if message["role"] == "assistant" and calls is not None:
        expect.items(calls, f"{where}.tool_calls", "an array of objects")
        for number, call in enumerate(calls):
            _check_call(call, f"{where}.tool_calls[{number}]")
    elif calls is not None:
        raise Refused("unknown_parameter", f"Unknown parameter: '{where}.tool_calls'.", f"{where}.tool_calls")
    if message["role"] == "tool":
        if message.get("tool_call_id") is None:
            expect.missing(f"{where}.tool_call_id")
        expect.text(message["tool_call_id"], f"{where}.tool_call_id")
    if message["role"] == "function" and message.get("name") is None:
        expect.missing(f"{where}.name")
    if message.get("content") is not None or not calls:
        _check_content(message.get("content"), f"{where}.content")


def _check_call(call: Any, where: str) -> None:
    expect.mapping(call, where)
    expect.text(call.get("id"), f"{where}.id")
    expect.one_of(call.get("type"), f"{where}.type", ("function",))
    expect.mapping(call.get("function"), f"{where}.function")
    expect.text(call["function"].get("name"), f"{where}.function.name")
    expect.text(call["function"].get("arguments"), f"{where}.function.arguments")


def _check_content(content: Any, where: str) -> None:
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        expect.refuse_type(content, where, "one of a string or array of objects")
    expect.items(content, where, "an array of objects")
    for number, part in enumerate(content):
        expect.mapping(part, f"{where}[{number}]")
        expect.one_of(part.get("type"), f"{where}[{number}].type", ("text",))
        expect.text(part.get("text"), f"{where}[{number}].text")
