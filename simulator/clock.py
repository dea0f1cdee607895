"""Simulated time: nobody sleeps, and every clock a learner may read shows the simulated now.

Importing the simulator puts one small trampoline in front of the standard clocks (`install`). Outside a run they return
real time. Inside a run each thread has its own simulated now, which only a sleep, a provider's answer or a join moves.
"""

from __future__ import annotations

import sys
import threading
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NS = 1_000_000_000
"""Nanoseconds in a second."""

_real_time_ns = time.time_ns
_real_time = time.time
_real_perf_counter = time.perf_counter
_real_perf_counter_ns = time.perf_counter_ns
_real_monotonic = time.monotonic
_real_monotonic_ns = time.monotonic_ns
_real_sleep = time.sleep

# The zero of the simulated monotonic clocks. Any constant will do: only differences mean something.
_EPOCH_NS = 1_700_000_000 * NS


class _Now(threading.local):
    ns: int | None = None


_now = _Now()


def now_ns() -> int | None:
    """Return this thread's simulated now in Unix nanoseconds, or None outside a run."""
    return _now.ns


def set_now_ns(ns: int | None) -> None:
    """Set this thread's simulated now (Unix nanoseconds), or leave simulated time with None."""
    _now.ns = ns


def advance_s(seconds: float) -> None:
    """Move this thread's simulated now forward by so many seconds; does nothing outside a run."""
    if _now.ns is not None:
        _now.ns += round(seconds * NS)


def catch_up_ns(ns: int | None) -> None:
    """Move this thread's simulated now to `ns` if that is later; does nothing outside a run."""
    if ns is not None and _now.ns is not None and ns > _now.ns:
        _now.ns = ns


@contextmanager
def simulated(at_ns: int) -> Iterator[None]:
    """Run the block in simulated time from `at_ns` (Unix nanoseconds) on; the previous time returns after it."""
    before = _now.ns
    _now.ns = at_ns
    try:
        yield
    finally:
        _now.ns = before


def time_ns() -> int:
    """Stand in for `time.time_ns`."""
    ns = _now.ns
    return _real_time_ns() if ns is None else ns


def unix_time() -> float:
    """Stand in for `time.time`."""
    ns = _now.ns
    return _real_time() if ns is None else ns / NS


def perf_counter() -> float:
    """Stand in for `time.perf_counter` and `timeit.default_timer`."""
    ns = _now.ns
    return _real_perf_counter() if ns is None else (ns - _EPOCH_NS) / NS


def perf_counter_ns() -> int:
    """Stand in for `time.perf_counter_ns`."""
    ns = _now.ns
    return _real_perf_counter_ns() if ns is None else ns - _EPOCH_NS


def monotonic() -> float:
    """Stand in for `time.monotonic`."""
    ns = _now.ns
    return _real_monotonic() if ns is None else (ns - _EPOCH_NS) / NS


def monotonic_ns() -> int:
    """Stand in for `time.monotonic_ns`."""
    ns = _now.ns
    return _real_monotonic_ns() if ns is None else ns - _EPOCH_NS


def sleep(seconds: float) -> None:
    """Stand in for `time.sleep`: inside a run it moves the clock and returns at once.

    Raises:
        ValueError: if `seconds` is negative, as the real one does.
    """
    if _now.ns is None:
        _real_sleep(seconds)
        return
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    advance_s(seconds)


_TRAMPOLINES: dict[Any, Callable[..., Any]] = {
    _real_time_ns: time_ns,
    _real_time: unix_time,
    _real_perf_counter: perf_counter,
    _real_perf_counter_ns: perf_counter_ns,
    _real_monotonic: monotonic,
    _real_monotonic_ns: monotonic_ns,
    _real_sleep: sleep,
}


def replace_references(stand_ins: dict[Any, Callable[..., Any]]) -> None:
    """Replace functions by their stand-ins wherever a learner or OpenTelemetry already holds them by name.

    A notebook cell may have said `from time import perf_counter` before it imported the simulator, and the SDK's
    modules say `from time import time_ns` when they load.
    """
    for name, module in list(sys.modules.items()):
        if name == "__main__" or name.startswith("opentelemetry"):
            namespace = getattr(module, "__dict__", {})
            for key, value in list(namespace.items()):
                if callable(value) and value.__hash__ is not None and value in stand_ins:
                    namespace[key] = stand_ins[value]


def install() -> None:
    """Put the trampolines in front of the clocks; a second call finds nothing left to do."""
    for real, stand_in in _TRAMPOLINES.items():
        setattr(time, real.__name__, stand_in)
    timeit.default_timer = perf_counter
    replace_references(_TRAMPOLINES)
