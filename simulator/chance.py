"""Chance as a pure function: the same seed, stream and index give the same draw, for one call or a million.

A stream is a named sequence of draws ("attempt.fate", "answer.wording"). Its key is a BLAKE2b hash of seed and name, so
what a learner sees of one stream (response ids, say) tells nothing about another. Inside a stream a draw is the
SplitMix64 finaliser (Steele, Lea, Flood 2014) of key and index: plain 64-bit arithmetic that arrays repeat. An index is
a whole number or an array of them (64 bits, unsigned).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from simulator.arithmetic import Numbers

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_STEP = 2.0**-53

T = TypeVar("T")


@lru_cache(maxsize=4096)
def stream_key(seed: int, stream: str) -> int:
    """Return the 64-bit key of a named stream under a seed (any integer)."""
    text = f"{seed}/{stream}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def bits(key: int, index: Numbers) -> Numbers:
    """Return draw number `index` of a stream as an integer in [0, 2**64)."""
    if type(index) is not int:
        index = index.astype("uint64")  # an array: its arithmetic wraps around as the mask makes ours
    z = (key + (index + 1) * _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


class Chance:
    """All streams of one seed.

    Every method takes the stream's name and an index, and returns the same value whenever it is asked again.
    """

    __slots__ = ("_keys", "seed")

    def __init__(self, seed: int) -> None:
        """Take any integer as seed."""
        self.seed = seed
        self._keys: dict[str, int] = {}

    def key(self, stream: str) -> int:
        """Return the 64-bit key of a stream."""
        found = self._keys.get(stream)
        if found is None:
            found = self._keys[stream] = stream_key(self.seed, stream)
        return found

    def bits(self, stream: str, index: Numbers) -> Numbers:
        """Return 64 random bits as an integer."""
        return bits(self.key(stream), index)

    def uniform(self, stream: str, index: Numbers) -> Numbers:
        """Return a float in [0, 1), with 53 random bits."""
        key = self._keys.get(stream) or self.key(stream)
        if type(index) is not int:
            return (bits(key, index) >> 11) * _STEP
        # `bits` once more, in place: a call of the client draws twenty of these.
        z = (key + (index + 1) * _GOLDEN) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((z ^ (z >> 31)) >> 11) * _STEP

    def choice(self, stream: str, index: int, options: Sequence[T]) -> T:
        """Return one of the options, each equally likely."""
        chosen: int = bits(self.key(stream), index) % len(options)
        return options[chosen]
