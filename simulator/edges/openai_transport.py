"""OpenAI's own client, answered by the engine instead of a network: for instrumentation that patches that client.

The transport speaks HTTP as the client knows it (`httpx2`, the fork of httpx that openai 3 is built on): JSON replies,
streams as server-sent events whose chunks move the simulated clock as they are read, and `ReadTimeout`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import openai

from simulator import clock
from simulator.engine_like import LONGEST_WAIT_S, EngineLike
from simulator.errors import APIConnectionError
from simulator.models import BASE_URL
from simulator.session import current_engine
from simulator.streams import ChunkReader


class EngineTransport(httpx2.BaseTransport):
    """Takes a client's HTTP requests to an engine."""

    def __init__(self, engine: EngineLike) -> None:
        """Take the engine that answers."""
        self._engine = engine

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request, at the simulated moment its response head arrives.

        Raises:
            httpx2.ReadTimeout: if nothing comes within the request's read timeout.
            httpx2.ReadError: if the connection breaks.
        """
        if request.method != "POST" or not request.url.path.endswith("/chat/completions"):
            return _refusal(404, "unknown_url", f"Unknown request URL: {request.method} {request.url.path}")
        try:
            body = json.loads(request.read())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return _refusal(400, "invalid_json", "The body must be a JSON object.")
        patience_s = request.extensions.get("timeout", {}).get("read")
        sent_ns = clock.time_ns()
        reply = self._engine.attempt(body, sent_ns, LONGEST_WAIT_S if patience_s is None else patience_s)
        if "chunks" in reply:
            events = _Events(ChunkReader(self._engine, reply, sent_ns))
            headers = reply["headers"] | {"content-type": "text/event-stream; charset=utf-8"}
            return httpx2.Response(200, headers=headers, stream=events)
        clock.advance_s(reply["latency_s"])
        if reply["status"] is None:
            if reply.get("cut"):
                raise httpx2.ReadError("The connection broke before the answer was there.", request=request)
            raise httpx2.ReadTimeout("The read operation timed out", request=request)
        return httpx2.Response(reply["status"], headers=reply["headers"], json=reply["body"])


class _Events(httpx2.SyncByteStream):
    """A stream's chunks as server-sent events; the clock moves when one is read, not before."""

    def __init__(self, reader: ChunkReader) -> None:
        self._reader = reader

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._reader:
                yield f"data: {json.dumps(chunk, separators=(',', ':'))}\n\n".encode()
        except APIConnectionError as error:
            raise httpx2.ReadError(error.message) from error
        yield b"data: [DONE]\n\n"

    def close(self) -> None:
        self._reader.close()


def _refusal(status: int, code: str, message: str) -> httpx2.Response:
    error: dict[str, Any] = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return httpx2.Response(status, json={"error": error})


def openai_client(timeout: float | None = 10.0, max_retries: int = 0) -> openai.OpenAI:
    """Return OpenAI's client, wired to this process's engine.

    Args:
        timeout: seconds of simulated time to the first byte; None waits ten minutes.
        max_retries: how often the client itself tries again; its pauses pass in simulated time, and where the provider
            names no pause they are drawn by chance, which makes a run not repeatable.
    """
    return openai.OpenAI(
        api_key="no-key-needed",
        base_url=BASE_URL,
        timeout=timeout,
        max_retries=max_retries,
        http_client=httpx2.Client(transport=EngineTransport(current_engine()), trust_env=False),
    )
