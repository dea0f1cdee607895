"""The provider's rate limit: a leaky bucket of tokens a minute, in whole nanoseconds (generic cell rate algorithm)."""

from __future__ import annotations

from simulator.arithmetic import Numbers, whole

NS = 1_000_000_000
BURST_NS = 60 * NS
"""The bucket holds one minute's worth."""


def cost_ns(input_tokens: Numbers, tokens_per_minute: Numbers) -> Numbers:
    """Return how much of the bucket an attempt takes, as the time in which that much leaks out."""
    return whole(input_tokens * (60.0 * NS) / tokens_per_minute)


class Bucket:
    """What was used of the limit; `free_ns` is the moment at which all of it will have leaked out."""

    __slots__ = ("free_ns",)

    def __init__(self, free_ns: int = 0) -> None:
        """Start empty."""
        self.free_ns = free_ns

    def wait_ns(self, at_ns: int, cost: int) -> int:
        """Take an attempt's share at a moment, and return 0; or take nothing, and return how long to wait."""
        over = self.free_ns - at_ns - BURST_NS
        if over > 0:
            return over
        self.free_ns = max(self.free_ns, at_ns) + cost
        return 0
