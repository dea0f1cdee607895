"""Streams: chunks reach their reader at the moment they arrive, and the ledger learns how far somebody read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator import clock
from simulator.engine_like import EngineLike
from simulator.errors import APIConnectionError
from simulator.replies import Reply

# Streams that nobody has read to the end or closed yet, in the order in which they began.
_open: dict[ChunkReader, None] = {}


class ChunkReader:
    """The chunks of one reply as plain dictionaries.

    A chunk arrives when the provider sends it, whatever its reader does meanwhile; reading it moves the clock to that
    moment if it is still to come.
    """

    def __init__(self, engine: EngineLike, reply: Reply, sent_ns: int) -> None:
        """Take a reply with chunks, and when its request left (Unix nanoseconds)."""
        self._engine, self._stream = engine, reply["stream"]
        self._chunks: Iterator[Any] = iter(reply["chunks"])
        self._cut = bool(reply.get("cut"))
        self._arrives_ns = self._ended_ns = sent_ns
        self._read = 0
        self._closed = False
        _open[self] = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Return itself: a stream can be read once."""
        return self

    def __next__(self) -> dict[str, Any]:
        """Wait for the next chunk.

        Raises:
            APIConnectionError: if the connection breaks before the stream's end.
        """
        if self._closed:
            raise StopIteration
        try:
            delay_s, chunk = next(self._chunks)
        except StopIteration:
            self.close()
            if self._cut:
                raise APIConnectionError(
                    "The connection broke in the middle of the stream.", code="stream_cut"
                ) from None
            raise
        self._arrives_ns += round(delay_s * clock.NS)
        clock.catch_up_ns(self._arrives_ns)
        self._ended_ns = clock.time_ns()
        self._read += 1
        found: dict[str, Any] = chunk
        return found

    def close(self) -> None:
        """Hang up. A second call does nothing."""
        if not self._closed:
            self._closed = True
            if not self._read:
                self._ended_ns = clock.time_ns()
            self.report()

    def report(self) -> None:
        """Tell the engine how far this stream was read, and when its last chunk was."""
        _open.pop(self, None)
        self._engine.close_stream(self._stream, self._ended_ns, self._read)


def report_open() -> None:
    """Report the streams that somebody began and dropped; a run calls it whenever a customer request ends."""
    for reader in list(_open):
        reader.report()
