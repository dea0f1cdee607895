"""Simulated time: every clock shows it inside a run, and none outside."""

import threading
import time
import timeit
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator import clock, serve

START_NS = 1_795_000_000 * clock.NS
CLOCKS: tuple[Callable[[], float], ...] = (time.time, time.perf_counter, time.monotonic, timeit.default_timer)
CLOCKS_NS: tuple[Callable[[], int], ...] = (time.time_ns, time.perf_counter_ns, time.monotonic_ns)


def test_time_outside_a_run_is_real() -> None:
    before = [clock._real_time_ns(), clock._real_perf_counter_ns(), clock._real_monotonic_ns()]
    shown = [read() for read in CLOCKS_NS]
    after = [clock._real_time_ns(), clock._real_perf_counter_ns(), clock._real_monotonic_ns()]
    assert all(low <= now <= high for low, now, high in zip(before, shown, after, strict=True))


def test_sleep_outside_a_run_sleeps() -> None:
    before = clock._real_perf_counter()
    time.sleep(0.02)
    assert clock._real_perf_counter() - before >= 0.019


def test_sleep_in_a_run_moves_every_clock_and_nobody_waits() -> None:
    real = clock._real_perf_counter()
    with clock.simulated(START_NS):
        before, before_ns = [read() for read in CLOCKS], [read() for read in CLOCKS_NS]
        time.sleep(3600.25)
        passed = [now() - then for now, then in zip(CLOCKS, before, strict=True)]
        passed_ns = [now() - then for now, then in zip(CLOCKS_NS, before_ns, strict=True)]
    assert passed == pytest.approx([3600.25] * 4)
    assert passed_ns == [3_600_250_000_000] * 3
    assert clock._real_perf_counter() - real < 5


def test_a_clock_in_a_run_stands_still_by_itself() -> None:
    with clock.simulated(START_NS):
        assert {time.time_ns() for _ in range(1000)} == {START_NS}


@pytest.mark.parametrize("inside", [True, False])
def test_a_negative_sleep_raises(inside: bool) -> None:
    with clock.simulated(START_NS if inside else 0), pytest.raises(ValueError, match="non-negative"):
        if not inside:
            clock.set_now_ns(None)
        time.sleep(-0.1)


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception_leaves_real_time_behind(kind: type[BaseException]) -> None:
    with pytest.raises(kind), clock.simulated(START_NS):
        time.sleep(1)
        raise kind
    assert clock.now_ns() is None


def test_an_exception_in_a_served_function_leaves_real_time_behind(apart: Path) -> None:
    def answer(request: object) -> None:
        time.sleep(1)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        serve(answer)
    assert abs(time.time_ns() - clock._real_time_ns()) < 5 * clock.NS


def test_simulated_time_belongs_to_one_thread() -> None:
    seen: list[int | None] = []
    thread = threading.Thread(target=lambda: seen.append(clock.now_ns()))
    thread.start()
    with clock.simulated(START_NS):
        thread.join()
    assert seen == [None]


def test_blocks_nest() -> None:
    with clock.simulated(START_NS):
        with clock.simulated(START_NS + 5):
            assert clock.now_ns() == START_NS + 5
        assert clock.now_ns() == START_NS


def test_moving_the_clock_outside_a_run_does_nothing() -> None:
    clock.advance_s(5)
    clock.catch_up_ns(START_NS)
    assert clock.now_ns() is None


def test_installing_twice_changes_nothing() -> None:
    before = [time.time, time.sleep, timeit.default_timer]
    clock.install()
    assert [time.time, time.sleep, timeit.default_timer] == before
