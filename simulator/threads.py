"""Simulated time across threads: a thread starts at its starter's now, and who joins it moves to the later of the two.

Pool tasks are started one after the other in real time (each gets its turn before the next is submitted), while their
simulated times overlap as they would on `max_workers` workers. That keeps a run repeatable.
"""

from __future__ import annotations

import concurrent.futures
import concurrent.futures._base as futures_base
import heapq
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary

from simulator import clock

# How long (real seconds) a submit waits for its task. Only a task that waits for its own submitter ever needs this long.
_TURN_S = 0.25

_real_start = threading.Thread.start
_real_join = threading.Thread.join
_real_submit = ThreadPoolExecutor.submit
_real_shutdown = ThreadPoolExecutor.shutdown
_real_result = Future.result
_real_exception = Future.exception
_real_wait = futures_base.wait
_real_as_completed = futures_base.as_completed

_thread_end_ns: WeakKeyDictionary[threading.Thread, int] = WeakKeyDictionary()
_tasks: WeakKeyDictionary[Future[Any], _Task] = WeakKeyDictionary()
_pools: WeakKeyDictionary[ThreadPoolExecutor, _Pool] = WeakKeyDictionary()


class _Pool:
    """The simulated workers of one executor: when each becomes free, and when the last task ended."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._busy = 0
        self._free_ns: list[int] = []
        self.end_ns = 0

    def begin(self, submitted_ns: int) -> int:
        if self._free_ns and (self._free_ns[0] <= submitted_ns or self._busy + len(self._free_ns) >= self._workers):
            submitted_ns = max(submitted_ns, heapq.heappop(self._free_ns))
        self._busy += 1
        return submitted_ns

    def end(self, end_ns: int) -> None:
        self._busy -= 1
        heapq.heappush(self._free_ns, end_ns)
        self.end_ns = max(self.end_ns, end_ns)


class _Task:
    """One submitted callable with its simulated begin and, once it ran, its end."""

    def __init__(self, fn: Callable[..., Any], pool: _Pool, begin_ns: int) -> None:
        self._fn, self._pool, self.end_ns = fn, pool, begin_ns

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        clock.set_now_ns(self.end_ns)
        try:
            return self._fn(*args, **kwargs)
        finally:
            self.end_ns = clock.now_ns() or self.end_ns
            clock.set_now_ns(None)
            self._pool.end(self.end_ns)


def _start(self: threading.Thread) -> None:
    started_ns = clock.now_ns()
    if started_ns is not None:
        body = self.run

        def run_from_starters_now() -> None:
            clock.set_now_ns(started_ns)
            try:
                body()
            finally:
                _thread_end_ns[self] = clock.now_ns() or started_ns

        self.run = run_from_starters_now  # type: ignore[method-assign]  # the one hook Thread offers around its body
    _real_start(self)


def _join(self: threading.Thread, timeout: float | None = None) -> None:
    _real_join(self, timeout)
    if not self.is_alive():
        clock.catch_up_ns(_thread_end_ns.get(self))


def _submit(self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
    submitted_ns = clock.now_ns()
    if submitted_ns is None:
        return _real_submit(self, fn, *args, **kwargs)
    pool = _pools.setdefault(self, _Pool(getattr(self, "_max_workers", 1)))
    task = _Task(fn, pool, pool.begin(submitted_ns))
    clock.set_now_ns(None)  # a worker serves many requests: it must not be born at this one's now
    try:
        future = _real_submit(self, task, *args, **kwargs)
        _tasks[future] = task
        _real_wait([future], timeout=_TURN_S)
    finally:
        clock.set_now_ns(submitted_ns)
    return future


def _end_ns(future: Future[Any]) -> int:
    task = _tasks.get(future)
    return task.end_ns if task is not None else 0


def _result(self: Future[Any], timeout: float | None = None) -> Any:
    try:
        return _real_result(self, timeout)
    finally:
        if self.done():
            clock.catch_up_ns(_end_ns(self))


def _exception(self: Future[Any], timeout: float | None = None) -> BaseException | None:
    found = _real_exception(self, timeout)
    clock.catch_up_ns(_end_ns(self))
    return found


def _wait(
    fs: Iterable[Future[Any]], timeout: float | None = None, return_when: str = futures_base.ALL_COMPLETED
) -> futures_base.DoneAndNotDoneFutures[Any]:
    answer = _real_wait(fs, timeout, return_when)
    if clock.now_ns() is None or not answer.done:
        return answer
    if return_when == futures_base.ALL_COMPLETED:
        clock.catch_up_ns(max(map(_end_ns, answer.done)))
        return answer
    clock.catch_up_ns(min(map(_end_ns, answer.done)))
    now_ns = clock.now_ns() or 0
    done = {future for future in answer.done if _end_ns(future) <= now_ns}
    return futures_base.DoneAndNotDoneFutures(done, answer.not_done | (answer.done - done))


def _as_completed(fs: Iterable[Future[Any]], timeout: float | None = None) -> Iterator[Future[Any]]:
    if clock.now_ns() is None:
        yield from _real_as_completed(fs, timeout)
        return
    for future in sorted(_real_as_completed(set(fs), timeout), key=_end_ns):
        clock.catch_up_ns(_end_ns(future))
        yield future


def _shutdown(self: ThreadPoolExecutor, wait: bool = True, *, cancel_futures: bool = False) -> None:
    _real_shutdown(self, wait, cancel_futures=cancel_futures)
    if wait and self in _pools:
        clock.catch_up_ns(_pools[self].end_ns)


def install() -> None:
    """Make threads and thread pools keep simulated time; a second call changes nothing."""
    threading.Thread.start = _start  # type: ignore[method-assign]  # the point of this module
    threading.Thread.join = _join  # type: ignore[method-assign]  # the point of this module
    ThreadPoolExecutor.submit = _submit  # type: ignore[method-assign,assignment]  # the point of this module
    ThreadPoolExecutor.shutdown = _shutdown  # type: ignore[method-assign]  # the point of this module
    Future.result = _result  # type: ignore[method-assign]  # the point of this module
    Future.exception = _exception  # type: ignore[method-assign]  # the point of this module
    for module in (concurrent.futures, futures_base):
        module.wait = _wait
        module.as_completed = _as_completed  # type: ignore[assignment]  # a generator function stands in for one
    clock.replace_references({_real_wait: _wait, _real_as_completed: _as_completed})
