"""Connections of our server: an answer may break them off, and a silent client does not keep one for ever."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import uvicorn

IDLE_S = 75
"""A connection is closed when nobody asks anything for so long. Clients keep idle ones for less (httpx: 5 s)."""

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as HttpProtocol
    except ImportError:  # there is no httptools for this Python yet
        from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol


class Connection(HttpProtocol):
    """One connection, whose transport its requests find as `scope["state"]["connection"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Start the clock for a client that connects and says nothing, as uvicorn does after each answer."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": transport}
        self.timeout_keep_alive_task = self.loop.call_later(IDLE_S, self.timeout_keep_alive_handler)


class Server(uvicorn.Server):
    """A server that hangs up on everybody when told to stop, so that each open stream gets its line in the ledger."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all connections, then the server."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def settings() -> dict[str, Any]:
    """Return what our server asks of uvicorn: our connections, nothing that we do not use, and silence."""
    return {
        "http": Connection,
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "log_level": "error",
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": IDLE_S,
    }
