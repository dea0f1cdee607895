"""Reads a request's body, announced or in chunks, without ever holding more than was agreed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from io import BufferedIOBase
from typing import Protocol

from grader.otlp.wire import MOST_BODY_BYTES, WireError, too_large

MOST_HELD_BYTES = 8 * MOST_BODY_BYTES
"""So many bytes of bodies are held at a time; who comes with more is told to come again."""

_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LINE = 1_024
_PIECE = 65_536
_MOST_TRAILERS = 50
_BROKEN_OFF = "The body breaks off before its end"


class Hold(Protocol):
    """Takes so many bytes from what may be held."""

    def __call__(self, size: int) -> None:
        """Take them, or raise WireError."""


class Budget:
    """What all bodies under way may hold together."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._lock, self._held = threading.Lock(), 0

    @contextmanager
    def share(self) -> Iterator[Hold]:
        """Give one request its share; it comes back when the block ends."""
        mine = 0

        def hold(size: int) -> None:
            nonlocal mine
            with self._lock:
                if self._held + size > MOST_HELD_BYTES:
                    raise WireError(503, "Too much comes at once. Try again")
                self._held += size
                mine += size

        try:
            yield hold
        finally:
            with self._lock:
                self._held -= mine


def read_body(stream: BufferedIOBase, headers: Message, hold: Hold) -> bytes:
    """Read a body to its end.

    Raises:
        WireError: if it is too large, has no length, or breaks off.
        TimeoutError: if the stream waits for too long.
    """
    coding, length = str(headers.get("transfer-encoding", "")).strip().lower(), headers.get("content-length")
    if coding and length is not None:
        raise WireError(400, "A body has a length or comes in chunks, not both")
    if coding == "chunked":
        return _read_chunks(stream, hold)
    if coding:
        raise WireError(400, "The body comes in a transfer encoding that is not read here: send a length, or chunks")
    if length is None:
        raise WireError(411, "The body has no Content-Length, and does not come in chunks")
    if not _LENGTH.fullmatch(length):
        raise WireError(400, "The Content-Length is no number")
    return _read(stream, int(length), 0, hold)


def _read(stream: BufferedIOBase, size: int, before: int, hold: Hold) -> bytes:
    if before + size > MOST_BODY_BYTES:
        raise too_large()
    found = bytearray()
    while len(found) < size:
        piece = stream.read1(min(size - len(found), _PIECE))
        if not piece:
            raise WireError(400, _BROKEN_OFF)
        hold(len(piece))  # what came, not what was announced: announcing costs a client nothing
        found += piece
    return bytes(found)


def _read_chunks(stream: BufferedIOBase, hold: Hold) -> bytes:
    body = bytearray()
    while True:
        line = stream.readline(_LINE)
        found = _CHUNK.fullmatch(line)
        if not found:
            raise WireError(400, "The body's chunks are damaged" if line else _BROKEN_OFF)
        size = int(found[1], 16)
        if size == 0:
            break
        body += _read(stream, size, len(body), hold)
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise WireError(400, "The body's chunks are damaged")
    for _ in range(_MOST_TRAILERS):
        if stream.readline(_LINE) in (b"\r\n", b"\n"):
            return bytes(body)
    raise WireError(400, "The body's chunks are damaged")
