"""The provider's rate limit: a leaky bucket of tokens a minute, in whole nanoseconds (generic cell rate algorithm)."""

from __future__ import annotations

from simulator.arithmetic import Numbers, whole

NS = 1_000_000_000
BURST_NS = 60 * NS
"""The bucket holds one minute's worth."""
LONGEST_WAIT_NS = 10 * NS
"""The provider never asks for a longer pause; whoever comes back too early is refused again."""


def cost_ns(input_tokens: Numbers, tokens_per_minute: Numbers) -> Numbers:
    """Return how much of the bucket an attempt takes, as the time in which that much leaks out."""
    return whole(input_tokens * (60.0 * NS) / tokens_per_minute)


class Bucket:
    """What was used of the limit; `free_ns` is the moment at which all of it will have leaked out."""

    __slots__ = ("free_ns",)

    def __init__(self, free_ns: int = 0) -> None:
        """Start empty."""
        self.free_ns = free_ns

    def wait_ns(self, at_ns: int, cost: int, since_ns: int) -> int:
        """Take an attempt's share, and return 0; or take nothing, and return how long to wait.

        Requests are played one after the other, so a second try may be sent later than the next request's first one.
        The bucket therefore leaks by arrivals, which come in order.

        Args:
            at_ns: when the attempt is sent (Unix nanoseconds).
            cost: its share, from `cost_ns`.
            since_ns: when its request arrived.
        """
        over = self.free_ns - at_ns - BURST_NS
        if over > 0:
            return min(over, LONGEST_WAIT_NS)
        self.free_ns = max(self.free_ns, since_ns) + cost
        return 0
