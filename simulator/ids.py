"""Trace and span ids: inside a run they are drawn from the run's key, so that the same seed repeats them."""

from __future__ import annotations

import hashlib
import itertools

from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator

from simulator import clock

_random = RandomIdGenerator()


class RunIds(IdGenerator):
    """Ids from a run's key and a counter inside a run, random ones outside."""

    def __init__(self) -> None:
        """Start without a key."""
        self.restart("")

    def restart(self, key: str) -> None:
        """Begin a run: the same key gives the same ids in the same order."""
        self._key, self._numbers = key.encode(), itertools.count()

    def _draw(self, size: int) -> int:
        text = b"%b/%d" % (self._key, next(self._numbers))
        return int.from_bytes(hashlib.blake2b(text, digest_size=size).digest(), "big")

    def generate_span_id(self) -> int:
        """Return a 64-bit id."""
        return _random.generate_span_id() if clock.now_ns() is None else self._draw(8) or 1

    def generate_trace_id(self) -> int:
        """Return a 128-bit id."""
        return _random.generate_trace_id() if clock.now_ns() is None else self._draw(16) or 1

    def is_trace_id_random(self) -> bool:
        """Return True: the ids are uniformly distributed."""
        return True
