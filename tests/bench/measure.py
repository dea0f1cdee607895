"""Rows of the table of speed, and measuring two things in turns so that both meet the same machine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ours against its reference, both in `unit`, and the bound that `measured` must keep."""

    name: str
    ours: float
    reference: float | None
    reference_name: str
    unit: str
    measured: float
    bound: float
    at_least: bool = False
    goal: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the bound is kept."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def seconds(run: Callable[[], object]) -> float:
    """Real seconds that one run takes."""
    # Not perf_counter: inside a run that one shows simulated time.
    begun = time.clock_gettime(time.CLOCK_MONOTONIC)
    run()
    return time.clock_gettime(time.CLOCK_MONOTONIC) - begun


def rounds(times: int, *runs: Callable[[], object]) -> list[tuple[float, ...]]:
    """Seconds of several runs, taken in turns, round by round."""
    return [tuple(seconds(run) for run in runs) for _ in range(times)]


def in_turns(times: int, *runs: Callable[[], object]) -> list[float]:
    """Median seconds of each of several runs, taken in turns."""
    return [statistics.median(column) for column in zip(*rounds(times, *runs), strict=True)]
