"""The server's time: the wall clock (perhaps at another speed), or a simulated clock that makes nobody wait."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from simulator.edges.http_exchange import Exchange

NS = 1_000_000_000


class ServerTime(Protocol):
    """What the routes ask of time. Moments are simulated Unix nanoseconds."""

    def now_ns(self) -> int:
        """Return the simulated now."""

    def simulated_s(self, real_s: float) -> float:
        """Return how much simulated time passes while a client waits."""

    def real_s(self, simulated_ns: int) -> float:
        """Return how long a client waits for so much simulated time to pass."""

    async def until(self, moment_ns: int, exchange: Exchange) -> bool:
        """Let time pass until a moment; returns False if the client hung up meanwhile."""

    async def customer_at(self, moment_ns: int, exchange: Exchange) -> bool:
        """Let time pass until a customer comes; returns False if the client hung up meanwhile."""

    def come(self, moments_ns: Sequence[int], first: int) -> int:
        """Return the number of moments (in order) that have come when `first` of them are known to have."""


class WallTime:
    """Real time, from now on `speed` times as fast; it never goes back, even if the machine's clock is set."""

    def __init__(self, speed: float = 1.0) -> None:
        """Start now."""
        self._speed, self._boot_ns, self._zero_ns = speed, time.time_ns(), time.monotonic_ns()

    def now_ns(self) -> int:
        """Return the simulated now."""
        return self._boot_ns + int((time.monotonic_ns() - self._zero_ns) * self._speed)

    def simulated_s(self, real_s: float) -> float:
        """Return how much simulated time passes in so many real seconds."""
        return real_s * self._speed

    def real_s(self, simulated_ns: int) -> float:
        """Return how long so much simulated time takes in real seconds."""
        return simulated_ns / NS / self._speed

    async def until(self, moment_ns: int, exchange: Exchange) -> bool:
        """Wait for a moment."""
        return await exchange.stays(self.real_s(moment_ns - self.now_ns()))

    customer_at = until

    def come(self, moments_ns: Sequence[int], first: int) -> int:
        """Count the moments that are not in the future."""
        return bisect_right(moments_ns, self.now_ns(), first)


class NoWait:
    """The clock of one client who does one thing after another: an answer moves it to the moment that one is there."""

    def __init__(self, start_ns: int) -> None:
        """Start at a scenario's start."""
        self._now_ns = start_ns

    def now_ns(self) -> int:
        """Return the simulated now."""
        return self._now_ns

    def simulated_s(self, real_s: float) -> float:
        """Take the client's patience as simulated seconds, as the client in process does."""
        return real_s

    def real_s(self, simulated_ns: int) -> float:
        """Return 0: nobody waits."""
        return 0.0

    async def until(self, moment_ns: int, exchange: Exchange) -> bool:
        """Move to a later moment; nobody waits."""
        self._now_ns = max(self._now_ns, moment_ns)
        return True

    async def customer_at(self, moment_ns: int, exchange: Exchange) -> bool:
        """Move to a customer's arrival, even back: the one before may have been served for longer."""
        self._now_ns = moment_ns
        return True

    def come(self, moments_ns: Sequence[int], first: int) -> int:
        """Count all: nobody waits for any."""
        return len(moments_ns)
