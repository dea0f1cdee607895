"""Connections of the server: a silent client is let go, and nobody keeps a server that is told to stop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from simulator.edges import http_connection
from tests.simulator.asgi import served

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Streams, http_connection.Server]]:
    """A client connected to a server in this process."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        served().app, http=http_connection.Connection, ws="none", lifespan="off", log_config=None, loop="asyncio"
    )
    server = http_connection.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0)
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    yield (reader, writer), server
    server.should_exit = True
    await asyncio.wait_for(running, 10)
    writer.close()


def test_a_client_that_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "IDLE_S", 0.05)

    async def wait() -> bytes:
        async with connected() as ((reader, _), _):
            return await asyncio.wait_for(reader.read(), 10)

    assert asyncio.run(wait()) == b""


def test_a_client_that_stays_keeps_no_server_from_stopping() -> None:
    async def stop() -> None:
        async with connected() as ((reader, writer), server):
            writer.write(b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            assert not server.should_exit

    asyncio.run(stop())
