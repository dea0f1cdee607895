"""One request and its answer, a little above ASGI: read the body, wait while the client stays, answer, or hang up."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from simulator.edges.http_json import dump, parse_object
from simulator.engine_like import LONGEST_WAIT_S
from simulator.refusals import Refused

LONGEST_BODY = 20_000_000
"""Bytes. A longer body is refused."""

_PATIENCE_HEADERS = (b"x-stainless-read-timeout", b"x-stainless-timeout")


class Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take what ASGI gives."""
        self.scope, self._receive, self._send = scope, receive, send

    def patience_s(self) -> float:
        """Return how long the client waits, in real seconds, if it says so.

        OpenAI's own clients do, in a header; any other client is taken to wait as long as they do by default.
        """
        for name, value in self.scope["headers"]:
            if name in _PATIENCE_HEADERS:
                try:
                    found = float(value)
                except ValueError:
                    break
                return found if math.isfinite(found) else LONGEST_WAIT_S
        return LONGEST_WAIT_S

    async def read_object(self) -> dict[str, Any]:
        """Read the JSON object in the body.

        Raises:
            Refused: if the body is too long, or no JSON object.
        """
        body = bytearray()
        more = True
        while more:
            event = await self._receive()
            body += event.get("body", b"")
            if len(body) > LONGEST_BODY:
                message = f"The request body is longer than {LONGEST_BODY // 1_000_000} MB."
                raise Refused("request_too_large", message, None, status=413)
            more = event.get("more_body", False)
        return parse_object(body)

    async def stays(self, seconds: float) -> bool:
        """Wait so many real seconds; returns False as soon as the client hangs up."""
        if seconds <= 0:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._gone()
        except TimeoutError:
            return True
        return False

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue

    async def answer(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer as JSON."""
        content = dump(body).encode()
        await self.begin(status, {"content-length": str(len(content)), **(headers or {})}, b"application/json")
        await self.write(content, last=True)

    async def begin(self, status: int, headers: Mapping[str, str], kind: bytes) -> None:
        """Send an answer's head."""
        head = [(b"content-type", kind), *((name.encode(), value.encode()) for name, value in headers.items())]
        await self._send({"type": "http.response.start", "status": status, "headers": head})

    async def write(self, content: bytes, *, last: bool = False) -> None:
        """Send a piece of an answer's body."""
        await self._send({"type": "http.response.body", "body": content, "more_body": not last})

    async def hang_up(self) -> None:
        """Break the connection, whatever of the answer is still to come. What was written arrives."""
        self.scope["state"]["connection"].close()
        await self._gone()
