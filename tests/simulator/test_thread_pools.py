"""Simulated time in thread pools: tasks overlap as on that many workers, and who waits moves to their ends."""

import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, as_completed, wait
from typing import Any

import pytest

from simulator import clock, threads

START_NS = 1_795_000_000 * clock.NS


@pytest.fixture(autouse=True)
def in_a_run() -> Iterator[None]:
    with clock.simulated(START_NS):
        yield


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def passed_s() -> float:
    return (time.time_ns() - START_NS) / clock.NS


def look_up(length_s: float) -> float:
    time.sleep(length_s)
    return length_s


def fail_after(length_s: float) -> float:
    time.sleep(length_s)
    raise LookupError(length_s)


def test_two_parallel_look_ups_of_a_fifth_of_a_second_take_a_fifth_of_a_second(pool: ThreadPoolExecutor) -> None:
    futures = [pool.submit(look_up, 0.2) for _ in range(2)]
    assert passed_s() == 0.0
    assert [future.result() for future in futures] == [0.2, 0.2]
    assert passed_s() == 0.2


def test_three_tasks_on_two_workers_take_two_turns(pool: ThreadPoolExecutor) -> None:
    for future in [pool.submit(look_up, 0.2) for _ in range(3)]:
        future.result()
    assert passed_s() == 0.4


def test_a_worker_that_is_free_again_takes_the_next_task(pool: ThreadPoolExecutor) -> None:
    first, _, third = [pool.submit(look_up, length_s) for length_s in (0.1, 0.5, 0.1)]
    first.result()
    third.result()
    assert passed_s() == pytest.approx(0.2)


def test_map_keeps_the_order_and_overlaps_the_time(pool: ThreadPoolExecutor) -> None:
    assert list(pool.map(look_up, [0.3, 0.1, 0.1])) == [0.3, 0.1, 0.1]
    assert passed_s() == 0.3


def test_map_with_a_timeout_counts_simulated_seconds(pool: ThreadPoolExecutor) -> None:
    with pytest.raises(TimeoutError):
        list(pool.map(look_up, [0.3, 0.1], timeout=0.2))
    assert passed_s() == pytest.approx(0.2)


def test_leaving_a_with_block_waits_for_the_last_task() -> None:
    with ThreadPoolExecutor(4) as pool:
        for length_s in (0.1, 0.7, 0.3):
            pool.submit(look_up, length_s)
        assert passed_s() == 0.0
    assert passed_s() == 0.7


def test_shutdown_without_waiting_takes_no_time() -> None:
    pool = ThreadPoolExecutor(1)
    pool.submit(look_up, 3)
    pool.shutdown(wait=False)
    assert passed_s() == 0.0


def test_as_completed_yields_in_order_of_simulated_ends(pool: ThreadPoolExecutor) -> None:
    ends = [(future.result(), passed_s()) for future in as_completed([pool.submit(look_up, s) for s in (0.3, 0.1)])]
    assert ends == [(0.1, 0.1), (0.3, 0.3)]


def test_equal_ends_come_in_order_of_submission() -> None:
    with ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(look_up, 0.1) for _ in range(20)]
        assert list(as_completed(futures)) == futures


def test_as_completed_gives_up_after_simulated_seconds(pool: ThreadPoolExecutor) -> None:
    found = as_completed([pool.submit(look_up, length_s) for length_s in (0.1, 5)], timeout=1)
    assert next(found).result() == 0.1
    with pytest.raises(TimeoutError, match=r"1 \(of 2\) futures unfinished"):
        next(found)
    assert passed_s() == 1.0


def test_wait_for_the_first(pool: ThreadPoolExecutor) -> None:
    long, short = pool.submit(look_up, 0.5), pool.submit(look_up, 0.2)
    assert wait([long, short], return_when=FIRST_COMPLETED) == ({short}, {long})
    assert passed_s() == 0.2
    assert wait([long, short]) == ({long, short}, set())
    assert passed_s() == 0.5


def test_wait_for_the_first_exception() -> None:
    with ThreadPoolExecutor(3) as pool:
        short, failing, long = (pool.submit(task, s) for task, s in ((look_up, 0.1), (fail_after, 0.2), (look_up, 0.9)))
        assert wait([short, failing, long], return_when=FIRST_EXCEPTION) == ({short, failing}, {long})
        assert passed_s() == 0.2


def test_wait_gives_up_after_simulated_seconds(pool: ThreadPoolExecutor) -> None:
    short, long = pool.submit(look_up, 0.1), pool.submit(look_up, 5)
    assert wait([short, long], timeout=1) == ({short}, {long})
    assert passed_s() == 1.0


def test_waiting_for_nothing_takes_no_time() -> None:
    assert wait([]) == (set(), set())
    assert list(as_completed([])) == []
    assert passed_s() == 0.0


def test_result_gives_up_after_simulated_seconds(pool: ThreadPoolExecutor) -> None:
    future = pool.submit(look_up, 5)
    with pytest.raises(TimeoutError):
        future.result(timeout=1)
    assert passed_s() == 1.0
    assert future.result() == 5
    assert passed_s() == 5.0


@pytest.mark.parametrize("ask", [Future.result, Future.exception])
def test_a_task_that_raises_takes_its_time_too(
    pool: ThreadPoolExecutor, ask: Callable[[Future[float]], float | BaseException | None]
) -> None:
    future = pool.submit(fail_after, 0.3)
    try:
        assert isinstance(ask(future), LookupError)
    except LookupError as error:
        assert error.args == (0.3,)
    assert passed_s() == 0.3


def test_a_callback_runs_when_the_task_has_ended(pool: ThreadPoolExecutor) -> None:
    called_s: list[float] = []
    future = pool.submit(look_up, 0.4)
    future.add_done_callback(lambda done: called_s.append(passed_s()))
    assert called_s == [0.4]
    assert passed_s() == 0.0


def test_nested_pools(pool: ThreadPoolExecutor) -> None:
    def outer() -> list[float]:
        time.sleep(0.1)
        with ThreadPoolExecutor(2) as inner:
            return list(inner.map(look_up, [0.2, 0.3]))

    futures = [pool.submit(outer) for _ in range(2)]
    assert [future.result() for future in futures] == [[0.2, 0.3]] * 2
    assert passed_s() == pytest.approx(0.4)


def test_a_task_that_waits_for_its_submitter_ends(pool: ThreadPoolExecutor) -> None:
    release = threading.Event()
    future = pool.submit(release.wait)
    release.set()
    assert future.result() is True


def test_a_task_that_waits_for_the_reader_of_as_completed_ends(pool: ThreadPoolExecutor) -> None:
    release = threading.Event()
    futures: list[Future[Any]] = [pool.submit(release.wait), pool.submit(look_up, 0.1)]
    for future in as_completed(futures):
        future.result()
        release.set()
    assert passed_s() == 0.1


def test_two_tasks_that_wait_for_each_other_end(pool: ThreadPoolExecutor) -> None:
    barrier = threading.Barrier(2, timeout=10)
    futures = [pool.submit(barrier.wait) for _ in range(2)]
    assert sorted(future.result() for future in futures) == [0, 1]


def test_a_queued_task_that_is_cancelled_takes_no_time() -> None:
    release = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(release.wait)
        queued = pool.submit(look_up, 9)
        assert queued.cancel()
        release.set()
        with pytest.raises(concurrent.futures.CancelledError):
            queued.result()
    assert passed_s() == 0.0


def test_a_pool_that_served_a_run_is_free_in_the_next(pool: ThreadPoolExecutor) -> None:
    for _ in range(2):
        threads.forget()
        clock.set_now_ns(START_NS)
        for future in [pool.submit(look_up, 0.2) for _ in range(2)]:
            future.result()
        assert passed_s() == 0.2


def test_a_pool_used_outside_a_run_keeps_real_time(pool: ThreadPoolExecutor) -> None:
    pool.submit(look_up, 1).result()
    clock.set_now_ns(None)
    assert pool.submit(clock.now_ns).result() is None
    assert {future.result() for future in as_completed([pool.submit(look_up, 0.01)])} == {0.01}
    assert wait([pool.submit(look_up, 0.01)]).not_done == set()


def test_the_names_in_the_package_are_replaced_as_well() -> None:
    assert concurrent.futures.wait is threads._wait
    assert concurrent.futures.as_completed is threads._as_completed
