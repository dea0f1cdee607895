"""What the body of a chat completion asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.models import count_tokens


def tool_results(body: Mapping[str, Any]) -> int:
    """Return how many tool results follow the last question, or -1 if the model may not call a tool."""
    if not body.get("tools") or body.get("tool_choice") == "none":
        return -1
    count = 0
    for message in reversed(body["messages"]):
        if message["role"] == "user":
            break
        count += message["role"] == "tool"
    return count


def chosen_function(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the function that the model calls when it calls one: the one that was named, or the first."""
    functions: list[Mapping[str, Any]] = [tool["function"] for tool in body["tools"]]
    choice = body.get("tool_choice")
    named = choice.get("function", {}).get("name") if isinstance(choice, Mapping) else None
    return next((function for function in functions if function["name"] == named), functions[0])


def wants_json(body: Mapping[str, Any]) -> bool:
    """Tell whether the answer is to be JSON: by the API's option, or by the words of the bot's prompts."""
    kind = (body.get("response_format") or {}).get("type")
    return kind in ("json_object", "json_schema") or any(
        "Answer in JSON" in text_of(message.get("content")) for message in body["messages"]
    )


def count_input(messages: Sequence[Mapping[str, Any]]) -> int:
    """Return the tokens of all messages, with four more for each and three for the call."""
    count = 3
    for message in messages:
        count += 4 + count_tokens(text_of(message.get("content")))
    return count


def text_of(content: Any) -> str:
    """Return the text of a message's content: a text, a list of parts, or nothing."""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text") or "") for part in content or ())
