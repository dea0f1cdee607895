"""An HTTP server for OTLP that floods, bombs and silent clients do not bring down: bounded in every direction."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import io
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from typing import Any

from grader.otlp import answers
from grader.otlp.body import Budget, read_body
from grader.otlp.wire import WireError, field_of, kind_of

MOST_CONNECTIONS = 128
"""With one more, the connection that has kept us waiting for longest is closed."""

IDLE_S = 75.0
"""A connection on which nothing is asked for so long is closed."""

REQUEST_S = 20.0
"""So long a request may take from its first byte to its last."""

_LINGER_S = 2.0
_GRPC = "A program speaks gRPC here. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf (or http/json) in it"
_TLS = "A program speaks TLS here. Its OTLP endpoint must begin with http://"

Take = Callable[[str, str, str, bytes], None]
"""Keeps one request (path, content type, content encoding, body), or raises WireError."""


class OtlpServer(socketserver.ThreadingTCPServer):
    """Listens; each connection has a thread of its own."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], take: Take, refuse: Callable[[str], None]) -> None:
        """Listen; `take` keeps a request or raises WireError, `refuse` learns why one was not taken."""
        self.take, self.refuse, self.budget = take, refuse, Budget()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, None] = {}
        self._waiting: dict[socket.socket, None] = {}
        super().__init__(address, _Conversation)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Take a connection, and let go of the one that has kept us waiting for longest if there are too many."""
        with self._lock:
            while len(self._open) >= MOST_CONNECTIONS and self._waiting:
                self._let_go(next(iter(self._waiting)))
            if len(self._open) >= MOST_CONNECTIONS:
                return False
            self._open[request] = self._waiting[request] = None
        return True

    def _let_go(self, connection: socket.socket) -> None:
        self._open.pop(connection, None)
        self._waiting.pop(connection, None)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)  # its thread reads an end, and closes it

    def waits_for(self, connection: socket.socket, waits: bool) -> None:
        """Note that a connection's client keeps us waiting, or that its request is here."""
        with self._lock:
            self._waiting.pop(connection, None)
            if waits and connection in self._open:
                self._waiting[connection] = None

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._lock:
            self._open.pop(request, None)
            self._waiting.pop(request, None)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close everything."""
        super().server_close()
        with self._lock:
            for connection in list(self._open):
                self._let_go(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that breaks off costs only itself."""


class _Patient(io.RawIOBase):
    """Reads a socket until a deadline that no trickle of bytes moves."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._until_s = connection, 0.0

    def wait(self, seconds: float) -> None:
        """Be patient for so long from now on."""
        self._until_s = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._connection.settimeout(left_s)
        return self._connection.recv_into(buffer)


class _Conversation(http.server.BaseHTTPRequestHandler):
    """What is said on one connection."""

    protocol_version = "HTTP/1.1"
    server: OtlpServer

    def setup(self) -> None:
        super().setup()
        self._patient = _Patient(self.connection)
        self.rfile.close()
        self.rfile = self._stream = io.BufferedReader(self._patient)

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.requestline, self.command, self.request_version = "", "", "HTTP/1.1"
        self.server.waits_for(self.connection, True)
        self._patient.wait(IDLE_S)
        with contextlib.suppress(OSError):
            if not self._stream.peek(1):
                return
            self._patient.wait(REQUEST_S)
            self.raw_requestline = self._stream.readline(65_537)
            if len(self.raw_requestline) > 65_536:
                self.send_error(414)
            elif self.parse_request():
                self._converse()

    def _converse(self) -> None:
        path, kind = self.path, str(self.headers.get("content-type", ""))
        try:
            field_of(path)
            if self.command != "POST":
                raise WireError(405, f"OTLP is sent with POST, not with {self.command[:10]}")
            kind_of(kind)
            with self.server.budget.share() as share:
                body = read_body(self._stream, self.headers, share)
                self.server.waits_for(self.connection, False)
                self.server.take(path, kind, self.headers.get("content-encoding", ""), body)
        except WireError as error:
            self._refuse(error.status, str(error))
        except TimeoutError:
            self._refuse(408, f"A request was not here after {REQUEST_S:g} s")
        else:
            self._answer(200, answers.success(kind))

    def handle_expect_100(self) -> bool:
        """Ask for the body, unless it is known already that it would not be taken."""
        try:
            field_of(self.path)
            kind_of(self.headers.get("content-type", ""))
        except WireError:
            return True  # `_converse` refuses it, at once
        return super().handle_expect_100()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no HTTP request that we understand."""
        said = message or explain or http.HTTPStatus(code).phrase
        if self.raw_requestline.startswith(b"PRI "):
            said = _GRPC
        elif self.raw_requestline.startswith(b"\x16\x03"):
            said = _TLS
        else:
            said = f"What came is no HTTP request: {said.partition('(')[0].strip()}"
        self.headers, self.request_version = http.client.HTTPMessage(), "HTTP/1.1"
        self._refuse(code, said)

    def _refuse(self, status: int, sentence: str) -> None:
        self.server.refuse(sentence)
        self.close_connection = True  # what is left of the body was not read
        self._answer(status, answers.refusal(self.headers.get("content-type", ""), status, sentence))
        self._linger()

    def _answer(self, status: int, answer: tuple[str, bytes]) -> None:
        kind, content = answer
        self.connection.settimeout(REQUEST_S)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if status == 405:
            self.send_header("Allow", "POST")
        if status == 503:
            self.send_header("Retry-After", "1")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else content)

    def _linger(self) -> None:
        """Read on for a moment: closing on a client that still sends would cost it our answer."""
        self.connection.shutdown(socket.SHUT_WR)
        self._patient.wait(_LINGER_S)
        while self._stream.read1(65_536):
            continue

    def log_message(self, format: str, *words: Any) -> None:
        """Say nothing."""
