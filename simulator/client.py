"""The client a learner gets: `client.chat.completions.create(...)`, named and shaped like OpenAI's Python client.

It never retries by itself, so every attempt is visible at the call site (OpenAI's client: `max_retries=0`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal, overload

from simulator import clock
from simulator.engine_like import LONGEST_WAIT_S, EngineLike
from simulator.errors import APIConnectionError, APITimeoutError, status_error
from simulator.models import BASE_URL
from simulator.responses import ChatCompletion, ChatCompletionChunk, Message, chunk, completion
from simulator.services import Document, Judgement, Services
from simulator.streams import ChunkReader


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
        return chunk(next(self._reader))

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
            APIConnectionError: the connection broke; on a stream, while it is read.
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
            if reply.get("cut"):
                raise APIConnectionError("The connection broke before the answer was there.", code="stream_cut")
            raise APITimeoutError("Request timed out.", code="timeout")
        if reply["status"] != 200:
            raise status_error(reply["status"], reply["headers"], reply["body"])
        return completion(reply["body"])


class Chat:
    """`client.chat`."""

    def __init__(self, completions: Completions) -> None:
        """Hold the one endpoint."""
        self.completions = completions


class Client:
    """A client of the fake LLM, shaped like `openai.OpenAI`, and of the shop's own services. Nobody waits for real.

    `chat.completions.create` asks the model; `search`, `rerank` and `look_up` are the bot's other steps; `judge` asks a
    second, paid model what it thinks of an answer. Each takes simulated time.
    """

    def __init__(self, *, timeout: float | None = 60.0, engine: EngineLike | None = None) -> None:
        """Take the timeout of each call in seconds (None: ten minutes); `engine` is for tests."""
        from simulator.session import current_engine

        used = engine or current_engine()
        self.base_url = BASE_URL
        self.chat = Chat(Completions(used, timeout))
        self._services = Services(used)

    def search(self, question: str) -> list[Document]:
        """Search the handbook; the best document first, each with a score from 0 to 1 and the index it comes from."""
        return self._services.search(question)

    def rerank(self, question: str, documents: Sequence[Document]) -> list[Document]:
        """Sort documents by how well they fit the question, the best first."""
        return self._services.rerank(question, documents)

    def look_up(self, order_id: str) -> dict[str, str] | None:
        """Look an order up by its id ("TT-12345"): `order_id`, `status`, `day` of delivery; None if there is none."""
        return self._services.look_up(order_id)

    def judge(self, response_id: str) -> Judgement | None:
        """Ask the judge about an answer, by `response.id`; None for an id that no answer has.

        The judge is a model: right about four times in five, fond of long answers, and paid by the token.
        """
        return self._services.judge(response_id)


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
    if type(messages) is not list and (not isinstance(messages, Iterable) or isinstance(messages, str | Mapping)):
        return messages
    return [asdict(message) if isinstance(message, Message) else message for message in messages]
