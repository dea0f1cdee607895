"""Replies as a provider sends them: plain data in the shapes of OpenAI's chat completions.

A reply crosses a pipe when graded: `status`, `headers`, `latency_s` and `body`, or `chunks` as pairs of (seconds since
the chunk before, chunk). Status None means that no answer comes before the client's timeout; `cut` that the connection
breaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Reply = dict[str, Any]

NS = 1_000_000_000


def error(
    request_id: str,
    latency_s: float,
    fault: tuple[int, str, str, str],
    retry_after_s: int = 0,
    param: str | None = None,
) -> Reply:
    """Return an error: `fault` is its status, code, type and message; `param` names what was wrong in the request."""
    status, code, kind, message = fault
    headers = {"x-request-id": request_id}
    if retry_after_s:
        headers["retry-after"] = str(retry_after_s)
    body = {"error": {"message": message, "type": kind, "code": code, "param": param}}
    return {"status": status, "headers": headers, "latency_s": latency_s, "body": body}


def usage(input_tokens: int, cached_tokens: int, output_tokens: int) -> dict[str, Any]:
    """Return tokens as the API reports them."""
    return {
        "prompt_tokens": input_tokens,
        "completion_tokens": output_tokens,
        "total_tokens": input_tokens + output_tokens,
        "prompt_tokens_details": {"cached_tokens": cached_tokens},
    }


def tool_call(call_id: str, name: str, arguments: str) -> dict[str, Any]:
    """Return one call of a function."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def completion(
    head: Mapping[str, Any], content: str | dict[str, Any], reason: str, used: dict[str, Any]
) -> dict[str, Any]:
    """Return a whole answer: a text, or a tool call."""
    message: dict[str, Any] = {"role": "assistant", "content": content if isinstance(content, str) else None}
    if not isinstance(content, str):
        message["tool_calls"] = [content]
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": used}


def chunks(
    head: Mapping[str, Any],
    content: str | dict[str, Any],
    reason: str | None,
    times: tuple[int, int, int],
    used: dict[str, Any] | None,
) -> list[tuple[float, dict[str, Any]]]:
    """Cut an answer into one chunk a token, a last one with the finish reason, and usage if it was asked for.

    Args:
        head: what every chunk repeats.
        content: a text, or a tool call.
        reason: why it stopped; None if the connection breaks before that.
        times: number of tokens, nanoseconds to the first, nanoseconds from one to the next.
        used: what the usage chunk says, or None for no such chunk.
    """
    count, first_ns, token_ns = times
    deltas = _text_deltas(content, count) if isinstance(content, str) else _tool_deltas(content, count)
    base = {**head, "object": "chat.completion.chunk"}
    # As OpenAI does: whoever asked for usage finds it, empty, in every chunk before the last.
    no_usage = {} if used is None else {"usage": None}
    found = []
    wait_s = first_ns / NS
    for delta in deltas:
        found.append((wait_s, {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}], **no_usage}))
        wait_s = token_ns / NS
    # What follows the last token comes with it: streamed or not, an answer takes equally long.
    if reason is not None:
        found.append((0.0, {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}], **no_usage}))
        if used is not None:
            found.append((0.0, {**base, "choices": [], "usage": used}))
    return found


def broken_off(content: str | dict[str, Any]) -> str | dict[str, Any]:
    """Return what gets through of an answer whose connection breaks: seven tenths of its text or arguments."""
    if isinstance(content, str):
        return content[: int(len(content) * 0.7)]
    arguments = content["function"]["arguments"]
    return {**content, "function": {**content["function"], "arguments": arguments[: int(len(arguments) * 0.7)]}}


def pieces(text: str, count: int) -> Iterator[str]:
    """Cut a text into so many pieces of nearly the same length."""
    length = len(text)
    return (text[n * length // count : (n + 1) * length // count] for n in range(count))


def _text_deltas(text: str, count: int) -> Iterator[dict[str, Any]]:
    cut = pieces(text, count)
    yield {"role": "assistant", "content": next(cut)}
    for piece in cut:
        yield {"content": piece}


def _tool_deltas(call: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    function = call["function"]
    # A chunk a token, also where there is one: the first then holds everything.
    first = {**call, "function": {"name": function["name"], "arguments": function["arguments"] if count == 1 else ""}}
    yield {"role": "assistant", "content": None, "tool_calls": [{"index": 0, **first}]}
    for piece in pieces(function["arguments"], count - 1):
        yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def order_arguments(function: Mapping[str, Any], order_id: str) -> str:
    """Return the arguments with which a model calls an order look-up: the first parameter gets the order."""
    parameters = function.get("parameters") or {}
    names = [*(parameters.get("required") or ()), *(parameters.get("properties") or ())]
    return json.dumps({str(names[0]) if names else "order_id": order_id})
