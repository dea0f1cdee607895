"""Simulated time in threads: a thread starts at its starter's now, and joining it moves the joiner to the later."""

import threading
import time
from collections.abc import Iterator

import pytest

from simulator import clock

START_NS = 1_795_000_000 * clock.NS


@pytest.fixture(autouse=True)
def in_a_run() -> Iterator[None]:
    with clock.simulated(START_NS):
        yield


def passed_s() -> float:
    return (time.time_ns() - START_NS) / clock.NS


def test_a_thread_starts_at_its_starters_now() -> None:
    seen = []
    time.sleep(1)
    thread = threading.Thread(target=lambda: seen.append(passed_s()))
    time.sleep(1)
    thread.start()
    thread.join()
    assert seen == [2.0]


def test_two_threads_pass_their_time_side_by_side() -> None:
    threads = [threading.Thread(target=time.sleep, args=(length_s,)) for length_s in (0.2, 0.3)]
    for thread in threads:
        thread.start()
    assert passed_s() == 0.0
    for thread in threads:
        thread.join()
    assert passed_s() == 0.3


def test_a_join_that_comes_late_does_not_wait() -> None:
    thread = threading.Thread(target=time.sleep, args=(0.2,))
    thread.start()
    time.sleep(1)
    thread.join()
    assert passed_s() == 1.0


def test_a_join_with_a_timeout_waits_no_longer_than_that() -> None:
    thread = threading.Thread(target=time.sleep, args=(5,))
    thread.start()
    thread.join(timeout=0.5)
    assert passed_s() == 0.5
    thread.join(0.25)
    assert passed_s() == 0.75
    thread.join()
    assert passed_s() == 5.0


def test_a_join_with_a_timeout_on_a_thread_that_is_really_blocked() -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    thread.join(timeout=0.01)
    assert thread.is_alive()
    assert passed_s() == 0.01
    release.set()
    thread.join()


def test_a_thread_that_starts_a_thread() -> None:
    def outer() -> None:
        time.sleep(1)
        inner = threading.Thread(target=time.sleep, args=(2,))
        inner.start()
        inner.join()

    thread = threading.Thread(target=outer)
    thread.start()
    thread.join()
    assert passed_s() == 3.0


def test_a_class_with_a_run_method_is_a_thread_too() -> None:
    class Lookup(threading.Thread):
        def run(self) -> None:
            time.sleep(0.4)

    thread = Lookup()
    thread.start()
    thread.join()
    assert passed_s() == 0.4


def test_a_daemon_thread_that_nobody_joins_moves_nobody() -> None:
    thread = threading.Thread(target=time.sleep, args=(9,), daemon=True)
    thread.start()
    while thread.is_alive():
        clock._real_sleep(0.001)
    assert passed_s() == 0.0
