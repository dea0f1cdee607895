"""Trace and span ids: inside a run they are drawn from the run's key, so that the same seed repeats them."""

from __future__ import annotations

import hashlib
import itertools
import struct
from collections import deque

from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator

from simulator import clock

_BLOCK = struct.Struct(">8Q")
_random = RandomIdGenerator()


class RunIds(IdGenerator):
    """Ids from a run's key and a counter inside a run, random ones outside."""

    def __init__(self) -> None:
        """Start without a key."""
        self.restart("")

    def restart(self, key: str) -> None:
        """Begin a run: the same key gives the same ids in the same order."""
        self._key, self._blocks = key.encode(), itertools.count()
        self._words: deque[int] = deque()

    def _draw(self) -> int:
        """Return the next 64 bits; one hash gives eight times as many."""
        while True:
            try:
                return self._words.popleft()
            except IndexError:
                text = b"%b/%d" % (self._key, next(self._blocks))
                self._words.extend(_BLOCK.unpack(hashlib.blake2b(text).digest()))

    def generate_span_id(self) -> int:
        """Return a 64-bit id."""
        return _random.generate_span_id() if clock.now_ns() is None else self._draw() or 1

    def generate_trace_id(self) -> int:
        """Return a 128-bit id."""
        return _random.generate_trace_id() if clock.now_ns() is None else (self._draw() << 64 | self._draw()) or 1

    def is_trace_id_random(self) -> bool:
        """Return True: the ids are uniformly distributed."""
        return True
