"""The client a learner gets: `client.chat.completions.create(...)`, with the names and shapes of OpenAI's Python client.

It never retries by itself, so every attempt is visible at the call site (OpenAI's client: `max_retries=0`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, overload

from simulator import clock
from simulator.engine import EngineLike
from simulator.errors import APITimeoutError, status_error
from simulator.models import BASE_URL
from simulator.provider import Reply


@dataclass(frozen=True, slots=True)
class Message:
    """What the model said."""

    role: str
    content: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer and why it stopped: "stop" or "length"."""

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
class Delta:
    """What one chunk adds to the answer."""

    content: str | None
    role: str | None


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


class Stream:
    """The chunks of one answer, in order; reading one moves the clock to its arrival. Close it when you stop early."""

    def __init__(self, engine: EngineLike, reply: Reply) -> None:
        """Take a reply with chunks."""
        self._engine, self._stream = engine, reply["stream"]
        self._chunks: Iterator[Any] = iter(reply["chunks"])
        self._read, self._closed = 0, False

    def __iter__(self) -> Iterator[ChatCompletionChunk]:
        """Return itself: a stream can be read once."""
        return self

    def __next__(self) -> ChatCompletionChunk:
        """Wait for the next chunk."""
        if self._closed:
            raise StopIteration
        try:
            delay_s, chunk = next(self._chunks)
        except StopIteration:
            self.close()
            raise
        clock.advance_s(delay_s)
        self._read += 1
        return _chunk(chunk)

    def close(self) -> None:
        """Hang up; the simulator notes how much was read."""
        if not self._closed:
            self._closed = True
            self._engine.close_stream(self._stream, clock.time_ns(), self._read)

    def __enter__(self) -> Stream:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()


class Completions:
    """`client.chat.completions`."""

    def __init__(self, engine: EngineLike, timeout_s: float) -> None:
        """Take the engine that answers, and how long to wait for it in seconds."""
        self._engine, self._timeout_s = engine, timeout_s

    @overload
    def create(
        self, *, model: str, messages: Sequence[Mapping[str, Any]], stream: Literal[False] | None = None, **more: Any
    ) -> ChatCompletion: ...
    @overload
    def create(
        self, *, model: str, messages: Sequence[Mapping[str, Any]], stream: Literal[True], **more: Any
    ) -> Stream: ...
    def create(
        self, *, model: str, messages: Sequence[Mapping[str, Any]], stream: bool | None = None, **more: Any
    ) -> ChatCompletion | Stream:
        """Call the model once.

        Args:
            model: alias ("lumen-mid") or dated snapshot.
            messages: `{"role": ..., "content": ...}`, in order.
            stream: True returns the chunks as they come.
            more: `max_tokens`, `temperature`, `stream_options`, `timeout` (seconds), as OpenAI names them.

        Raises:
            RateLimitError, InternalServerError, BadRequestError, NotFoundError: an answer with that status.
            APITimeoutError: no answer within the timeout.
        """
        timeout_s = float(more.pop("timeout", self._timeout_s))
        body: dict[str, Any] = {"model": model, "messages": list(messages), **more}
        if stream:
            body["stream"] = True
        reply = self._engine.attempt(body, clock.time_ns(), timeout_s)
        if "chunks" in reply:
            return Stream(self._engine, reply)
        clock.advance_s(reply["latency_s"])
        if reply["status"] is None:
            raise APITimeoutError("Request timed out.", code="timeout")
        if reply["status"] != 200:
            raise status_error(reply["status"], reply["headers"], reply["body"])
        return _completion(reply["body"])


class Chat:
    """`client.chat`."""

    def __init__(self, completions: Completions) -> None:
        """Hold the one endpoint."""
        self.completions = completions


class Client:
    """A client of the fake LLM, shaped like `openai.OpenAI`. No key, no network, no waiting."""

    def __init__(self, *, timeout: float = 10.0, engine: EngineLike | None = None) -> None:
        """Take the timeout of each call in seconds; `engine` is for tests."""
        from simulator.session import current_engine

        self.base_url = BASE_URL
        self.chat = Chat(Completions(engine or current_engine(), timeout))


def _usage(usage: Mapping[str, Any]) -> Usage:
    details = PromptTokensDetails(usage["prompt_tokens_details"]["cached_tokens"])
    return Usage(usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"], details)


def _completion(body: Mapping[str, Any]) -> ChatCompletion:
    choices = [
        Choice(c["index"], Message(c["message"]["role"], c["message"]["content"]), c["finish_reason"])
        for c in body["choices"]
    ]
    return ChatCompletion(body["id"], body["created"], body["model"], choices, _usage(body["usage"]))


def _chunk(chunk: Mapping[str, Any]) -> ChatCompletionChunk:
    choices = [
        ChunkChoice(c["index"], Delta(c["delta"].get("content"), c["delta"].get("role")), c["finish_reason"])
        for c in chunk["choices"]
    ]
    usage = _usage(chunk["usage"]) if chunk["usage"] else None
    return ChatCompletionChunk(chunk["id"], chunk["created"], chunk["model"], choices, usage)
