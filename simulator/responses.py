"""What the model answers, as a learner's code gets it: named and shaped like OpenAI's Python client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Function:
    """The function that the model wants called, and its arguments as JSON."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool; answer it with a message of role "tool" and this id as `tool_call_id`."""

    id: str
    function: Function
    type: str = "function"


@dataclass(frozen=True, slots=True)
class Message:
    """What the model said, or the tools it wants called (then `content` is None)."""

    role: str
    content: str | None
    tool_calls: list[ToolCall] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer and why it stopped: "stop", "length" or "tool_calls"."""

    index: int
    message: Message
    finish_reason: str


@dataclass(frozen=True, slots=True)
class PromptTokensDetails:
    """The part of the prompt that the provider had in its cache, in tokens."""

    cached_tokens: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call: prompt in, completion out; `prompt_tokens` includes the cached ones."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """One whole answer. `model` is the dated snapshot that answered; `created` is in Unix seconds."""

    id: str
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    object: str = "chat.completion"

    def model_dump(self) -> dict[str, Any]:
        """Return the answer as plain dictionaries and lists."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FunctionDelta:
    """What a chunk adds to a function: its name stands in the first one only."""

    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """What a chunk adds to a call of a tool; `id` stands in the first one only."""

    index: int
    id: str | None
    function: FunctionDelta


@dataclass(frozen=True, slots=True)
class Delta:
    """What one chunk adds to the answer."""

    content: str | None
    role: str | None
    tool_calls: list[ToolCallDelta] | None = None


@dataclass(frozen=True, slots=True)
class ChunkChoice:
    """A chunk's share of an answer; the last one carries the finish reason."""

    index: int
    delta: Delta
    finish_reason: str | None


@dataclass(frozen=True, slots=True)
class ChatCompletionChunk:
    """One piece of a stream. `usage` stands in the very last chunk, and only if it was asked for."""

    id: str
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None
    object: str = "chat.completion.chunk"


def completion(body: Mapping[str, Any]) -> ChatCompletion:
    """Return a whole answer from the JSON of its body."""
    choices = [Choice(c["index"], _message(c["message"]), c["finish_reason"]) for c in body["choices"]]
    return ChatCompletion(body["id"], body["created"], body["model"], choices, _usage(body["usage"]))


def chunk(body: Mapping[str, Any]) -> ChatCompletionChunk:
    """Return a piece of a stream from the JSON of its event."""
    choices = [ChunkChoice(c["index"], _delta(c["delta"]), c["finish_reason"]) for c in body["choices"]]
    usage = _usage(body["usage"]) if body.get("usage") else None
    return ChatCompletionChunk(body["id"], body["created"], body["model"], choices, usage)


def _message(message: Mapping[str, Any]) -> Message:
    called = message.get("tool_calls")
    if not called:
        return Message(message["role"], message["content"])
    functions = [Function(call["function"]["name"], call["function"]["arguments"]) for call in called]
    calls = [ToolCall(call["id"], function) for call, function in zip(called, functions, strict=True)]
    return Message(message["role"], message["content"], calls)


def _delta(delta: Mapping[str, Any]) -> Delta:
    calls = [
        ToolCallDelta(
            call["index"], call.get("id"), FunctionDelta(call["function"].get("name"), call["function"]["arguments"])
        )
        for call in delta.get("tool_calls") or ()
    ]
    return Delta(delta.get("content"), delta.get("role"), calls or None)


def _usage(usage: Mapping[str, Any]) -> Usage:
    details = PromptTokensDetails(usage["prompt_tokens_details"]["cached_tokens"])
    return Usage(usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"], details)
