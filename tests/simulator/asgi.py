"""A client of the server's ASGI app without a network, which sees each write and may hang up when it likes."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.types import Message

from simulator.edges.http_app import make_app
from simulator.edges.http_engine import Stage

MESSAGES = [{"role": "user", "content": "How long do I have to return a tent?"}]
BODY: dict[str, Any] = {"model": "lumen-mid", "messages": MESSAGES}
CHAT = "/v1/chat/completions"


@dataclass
class Served:
    """An app, its stage, and the ledger's entries as they are handed over."""

    app: Starlette
    stage: Stage
    ledger: list[dict[str, Any]]


def served(*, speed: float | None = None, seed: int = 5, control: bool = False, chunk_writes: bool = False) -> Served:
    """A server as `simulate serve` makes it; by default nobody waits."""
    ledger: list[dict[str, Any]] = []
    stage = Stage("call_site", seed, speed=speed, sink=ledger.append)
    return Served(make_app(stage, control=control, chunk_writes=chunk_writes), stage, ledger)


@dataclass
class Answered:
    """What came back: `writes` are the pieces of the body, `broken` says that the server broke the connection.

    `fault` is an exception that went on to the server's terminal.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    writes: list[bytes] = field(default_factory=list)
    whole: bool = False
    broken: bool = False
    fault: Exception | None = None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(b"".join(self.writes))

    @property
    def events(self) -> list[str]:
        """What stands behind each "data: "."""
        events = b"".join(self.writes).decode().split("\n\n")
        assert events.pop() == ""
        assert all(event.startswith("data: ") for event in events)
        return [event.removeprefix("data: ") for event in events]


@dataclass
class _Connection:
    """Both ends of one connection; `hang_up_after` is the number of writes after which the client leaves."""

    body: list[bytes]
    hang_up_after: int | None
    answered: Answered = field(default_factory=Answered)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def close(self) -> None:
        self.answered.broken = True
        self.gone.set()

    async def receive(self) -> Message:
        if self.body:
            return {"type": "http.request", "body": self.body.pop(0), "more_body": bool(self.body)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answered.status = message["status"]
            self.answered.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            return
        self.answered.writes.append(message["body"])
        self.answered.whole = not message.get("more_body", False)
        if len(self.answered.writes) == self.hang_up_after:
            self.gone.set()


async def ask_async(
    app: Starlette,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    hang_up_after: int | None = None,
) -> Answered:
    """One request; `body` is bytes (or pieces of them) as they stand, or JSON."""
    pieces = body if isinstance(body, list) else [body if isinstance(body, bytes) else json.dumps(body).encode()]
    connection = _Connection(list(pieces), hang_up_after)
    if hang_up_after == 0:
        connection.gone.set()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {"connection": connection},
    }
    try:
        await app(scope, connection.receive, connection.send)
    except Exception as fault:
        connection.answered.fault = fault
    return connection.answered


def ask(app: Starlette, path: str, body: Any = None, **more: Any) -> Answered:
    """One request, from a test that is not asynchronous."""
    return asyncio.run(ask_async(app, path, body, **more))
