"""The client a learner gets: `client.chat.completions.create(...)`, named and shaped like OpenAI's Python client.

It never retries by itself, so every attempt is visible at the call site (OpenAI's client: `max_retries=0`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, overload

from simulator import clock
from simulator.engine import LONGEST_WAIT_S, EngineLike
from simulator.errors import APITimeoutError, status_error
from simulator.models import BASE_URL
from simulator.streams import ChunkReader


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

    def __init__(self, reader: ChunkReader) -> None:
        """Take the chunks as plain dictionaries."""
        self._reader = reader

    def __iter__(self) -> Iterator[ChatCompletionChunk]:
        """Return itself: a stream can be read once."""
        return self

    def __next__(self) -> ChatCompletionChunk:
        """Wait for the next chunk."""
        return _chunk(next(self._reader))

    def close(self) -> None:
        """Hang up; the simulator notes how much was read."""
        self._reader.close()

    def __enter__(self) -> Stream:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.close()


class Completions:
    """`client.chat.completions`."""

    def __init__(self, engine: EngineLike, timeout: float | None) -> None:
        """Take the engine that answers, and how long to wait for it in seconds."""
        self._engine, self._timeout_s = engine, _seconds(timeout)

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
            messages: `{"role": ..., "content": ...}`, in order; the `message` of an earlier answer will do too.
            stream: True returns the chunks as they come.
            more: `max_tokens`, `temperature`, `stream_options`, `timeout` (seconds to the first byte; None waits ten
                minutes) and so on, as OpenAI names them.

        Raises:
            RateLimitError, InternalServerError, BadRequestError, NotFoundError: an answer with that status.
            APITimeoutError: no answer within the timeout.
        """
        timeout_s = _seconds(more.pop("timeout")) if "timeout" in more else self._timeout_s
        body: dict[str, Any] = {"model": model, "messages": _plain(messages)}
        if stream is not None:
            body["stream"] = stream
        if more:
            for name in _FOR_HTTP:
                more.pop(name, None)
            body |= more.pop("extra_body", None) or {}
            body |= more
        sent_ns = clock.time_ns()
        reply = self._engine.attempt(body, sent_ns, timeout_s)
        if "chunks" in reply:
            return Stream(ChunkReader(self._engine, reply, sent_ns))
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

    def __init__(self, *, timeout: float | None = 10.0, engine: EngineLike | None = None) -> None:
        """Take the timeout of each call in seconds (None: ten minutes); `engine` is for tests."""
        from simulator.session import current_engine

        self.base_url = BASE_URL
        self.chat = Chat(Completions(engine or current_engine(), timeout))


# Arguments of OpenAI's client that concern HTTP; there is none here.
_FOR_HTTP = ("extra_headers", "extra_query")


def _seconds(timeout: Any) -> float:
    """Return how long to wait, from seconds, None, or an object with a `read` timeout as HTTP libraries have."""
    timeout = getattr(timeout, "read", timeout)
    if timeout is None:
        return LONGEST_WAIT_S
    if not isinstance(timeout, int | float):
        raise TypeError(f"timeout is {timeout!r}; give seconds as a number, or None")
    return timeout


def _plain(messages: Any) -> Any:
    """Return messages as a list of dictionaries, as they go out; what is no list is left for the provider to refuse."""
    if not isinstance(messages, Iterable) or isinstance(messages, str | Mapping):
        return messages
    return [asdict(message) if isinstance(message, Message) else message for message in messages]


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
