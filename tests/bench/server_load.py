"""A client that costs nearly nothing, so that a server's own speed is measured: raw connections, no pauses.

It also starts the reference server, `@copilotkit/aimock`, in an environment of its own (npm).
"""

import asyncio
import contextlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.real.stack import ROOT

AIMOCK = "@copilotkit/aimock@1.43.0"
ENVIRONMENT = ROOT / ".venv-real" / "aimock"
CONNECTIONS = 32
PATIENCE_S = 30.0
QUESTION = "How long do I have to return a tent?"
ANSWER = "A tent that was used can come back within 30 days if it is clean and dry and you have the receipt. " * 5


class _Asking(asyncio.Protocol):
    """One connection that asks until its time is over. Chunked and whole answers both end in a known way."""

    def __init__(self, request: bytes, until_s: float) -> None:
        self._request, self._until_s = request, until_s
        self._seen, self._length = b"", -1
        self.requests = self.events = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, received: bytes) -> None:
        self._seen += received
        if self._length < 0:
            head, found, _ = self._seen.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 200"), head
            _, sized, rest = head.lower().partition(b"content-length: ")
            self._length = len(head) + 4 + int(rest.split(b"\r\n")[0]) if sized else 0
        if len(self._seen) >= self._length if self._length else self._seen.endswith(b"0\r\n\r\n"):
            self.requests += 1
            self.events += self._seen.count(b"data: {")
            self._seen, self._length = b"", -1
            if time.monotonic() < self._until_s:
                self._transport.write(self._request)
            else:
                self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.over.set_exception(error or ConnectionError("cut")) if self._seen else self.over.set_result(None)


def rates(port: int, seconds: float, **change: Any) -> tuple[float, float]:
    """Requests and stream events a second of 32 connections that never pause."""
    messages = [{"role": "user", "content": QUESTION}]
    body = json.dumps({"model": "lumen-mid", "messages": messages} | change).encode()
    head = f"host: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    request = f"POST /v1/chat/completions HTTP/1.1\r\n{head}\r\n\r\n".encode() + body

    async def ask() -> tuple[float, float]:
        began_s = time.monotonic()
        loop = asyncio.get_running_loop()
        asking = [
            (await loop.create_connection(lambda: _Asking(request, began_s + seconds), "127.0.0.1", port))[1]
            for _ in range(CONNECTIONS)
        ]
        await asyncio.gather(*(one.over for one in asking))
        taken_s = time.monotonic() - began_s
        return sum(one.requests for one in asking) / taken_s, sum(one.events for one in asking) / taken_s

    return asyncio.run(ask())


@contextlib.contextmanager
def aimock(folder: Path) -> Iterator[int | None]:
    """The reference server's port for the length of a block; None without npm."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        yield None
        return
    program = ENVIRONMENT / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    if not program.exists():
        ENVIRONMENT.mkdir(parents=True, exist_ok=True)
        options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(ENVIRONMENT)]
        subprocess.run([npm, "install", *options, AIMOCK], check=True)
    fixture = {"match": {"userMessage": QUESTION}, "response": {"content": ANSWER}}
    (folder / "aimock.json").write_text(json.dumps({"fixtures": [fixture]}), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    options = ["--port", str(port), "--fixtures", str(folder / "aimock.json"), "--chunk-size", "4"]
    running = subprocess.Popen([node, program, *options, "--log-level", "silent"], stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, running)
        yield port
    finally:
        running.terminate()
        running.wait(PATIENCE_S)


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert running.poll() is None and time.monotonic() < until_s, "aimock did not start"
        time.sleep(0.05)
