"""What the provider refuses: requests that are wrong in themselves, with the status and code a real one gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fault = tuple[int, str, str]
"""Status, code, and a message for the person who sent the request."""

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")


def find_fault(body: Mapping[str, Any]) -> Fault | None:
    """Return what is wrong with the JSON body of a chat completion, or None."""
    if not isinstance(body.get("model"), str) or not body["model"]:
        return 400, "missing_model", "you must provide a model parameter"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return 400, "invalid_messages", "messages must be a list with at least one message"
    for number, message in enumerate(messages):
        wrong = _find_fault_in_message(message)
        if wrong:
            return 400, "invalid_messages", f"messages[{number}]{wrong}"
    return _find_fault_in_options(body) if len(body) > 2 else None


def _find_fault_in_message(message: Any) -> str | None:
    if not isinstance(message, Mapping):
        return " must be an object with role and content"
    role, content = message.get("role"), message.get("content")
    if not isinstance(role, str) or role not in _ROLES:
        return f".role must be one of {', '.join(_ROLES)}"
    if isinstance(content, str) or (content is None and role == "assistant"):
        return None
    if isinstance(content, list) and all(isinstance(part, Mapping) and "type" in part for part in content):
        return None
    return ".content must be a text or a list of content parts"


def _find_fault_in_options(body: Mapping[str, Any]) -> Fault | None:
    for key in ("max_tokens", "max_completion_tokens"):
        limit = body.get(key)
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
            return 400, f"invalid_{key}", f"{key} must be a whole number of at least 1"
    if body.get("n") not in (None, 1):
        return 400, "invalid_n", "n must be 1: this provider gives one answer to a call"
    temperature = body.get("temperature")
    if temperature is not None and not (_is_number(temperature) and 0 <= temperature <= 2):
        return 400, "invalid_temperature", "temperature must be a number from 0 to 2"
    stream, options = body.get("stream"), body.get("stream_options")
    if stream is not None and not isinstance(stream, bool):
        return 400, "invalid_stream", "stream must be true or false"
    if options is not None and not isinstance(options, Mapping):
        return 400, "invalid_stream_options", "stream_options must be an object"
    if options is not None and not stream:
        return 400, "invalid_stream_options", "stream_options is only allowed when stream is true"
    return None


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)
