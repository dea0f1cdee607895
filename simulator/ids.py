"""Trace and span ids: inside a run they are drawn from the run's key, so that the same seed repeats them."""

from __future__ import annotations

import random

from opentelemetry.sdk.trace.id_generator import IdGenerator

from simulator import clock


class RunIds(IdGenerator):
    """Ids from a run's key inside a run, from the system's chance outside."""

    def __init__(self) -> None:
        """Start without a key."""
        self._outside = random.SystemRandom().getrandbits
        self.restart("")

    def restart(self, key: str) -> None:
        """Begin a run: the same key gives the same ids in the same order, on every Python from 3.2 on."""
        self._inside = random.Random(key).getrandbits

    def generate_span_id(self) -> int:
        """Return a 64-bit id."""
        return (self._outside if clock.now_ns() is None else self._inside)(64) or 1

    def generate_trace_id(self) -> int:
        """Return a 128-bit id."""
        return (self._outside if clock.now_ns() is None else self._inside)(128) or 1

    def is_trace_id_random(self) -> bool:
        """Return True: the ids are uniformly distributed."""
        return True
