"""Simulated time across threads: a thread starts at its starter's now, and who joins it moves to the later of the two.

Pool tasks are started one after the other in real time (each gets its turn before the next is submitted), while their
simulated times overlap as they would on `max_workers` workers. That keeps a run repeatable. Timeouts of `result`,
`wait`, `as_completed` and `join` count simulated seconds.
"""

from __future__ import annotations

import concurrent.futures
import concurrent.futures._base as futures_base
import heapq
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from simulator import clock

# How long (real seconds) a submit waits for its task. Only a task that waits for somebody else ever needs this long.
_TURN_S = 0.25

_real_start = threading.Thread.start
_real_join = threading.Thread.join
_real_submit = ThreadPoolExecutor.submit
_real_shutdown = ThreadPoolExecutor.shutdown
_real_result = Future.result
_real_exception = Future.exception
_real_add_done_callback = Future.add_done_callback
_real_wait = futures_base.wait
_real_as_completed = futures_base.as_completed

DoneAndNotDone: TypeAlias = futures_base.DoneAndNotDoneFutures[Any]

_thread_end_ns: WeakKeyDictionary[threading.Thread, int] = WeakKeyDictionary()
_tasks: WeakKeyDictionary[Future[Any], _Task] = WeakKeyDictionary()
_pools: WeakKeyDictionary[ThreadPoolExecutor, _Pool] = WeakKeyDictionary()


class _Pool:
    """The simulated workers of one executor: when each becomes free, and when the last task ended."""

    def __init__(self, workers: int) -> None:
        self._lock = threading.Lock()
        self._workers = workers
        self._busy = 0
        self._free_ns: list[int] = []
        self.end_ns = 0

    def begin(self, submitted_ns: int) -> int:
        """Take a worker and return when it begins: at once if one is free or can be added, else when the first is."""
        with self._lock:
            free_ns = self._free_ns
            if free_ns and (free_ns[0] <= submitted_ns or self._busy + len(free_ns) >= self._workers):
                submitted_ns = max(submitted_ns, heapq.heappop(free_ns))
            self._busy += 1
            return submitted_ns

    def end(self, end_ns: int) -> None:
        with self._lock:
            self._busy -= 1
            heapq.heappush(self._free_ns, end_ns)
            self.end_ns = max(self.end_ns, end_ns)


class _Task:
    """One submitted callable with its simulated end (until it began: when it was submitted)."""

    def __init__(self, fn: Callable[..., Any], pool: _Pool, submitted_ns: int) -> None:
        self._fn, self._pool, self.end_ns = fn, pool, submitted_ns

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.end_ns = self._pool.begin(self.end_ns)
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


def _limit_ns(timeout: float | None) -> int | None:
    """Return when somebody who waits from now on gives up; None if never."""
    now_ns = clock.now_ns()
    return None if timeout is None or now_ns is None else now_ns + round(max(timeout, 0) * clock.NS)


def _join(self: threading.Thread, timeout: float | None = None) -> None:
    limit_ns = _limit_ns(timeout)
    _real_join(self, timeout)
    end_ns = limit_ns if self.is_alive() else _thread_end_ns.get(self)
    clock.catch_up_ns(end_ns if limit_ns is None or end_ns is None else min(end_ns, limit_ns))


def _submit(self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
    submitted_ns = clock.now_ns()
    if submitted_ns is None:
        return _real_submit(self, fn, *args, **kwargs)
    pool = _pools.setdefault(self, _Pool(getattr(self, "_max_workers", 1)))
    task = _Task(fn, pool, submitted_ns)
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


def _reach(future: Future[Any], timeout: float | None) -> None:
    """Move the reader to the future's end; raises TimeoutError where the reader's patience ends first."""
    if clock.now_ns() is None:
        return
    limit_ns = _limit_ns(timeout)
    try:
        _real_exception(future, timeout)
    except CancelledError:
        return
    except TimeoutError:
        clock.catch_up_ns(limit_ns)
        raise
    if limit_ns is not None and _end_ns(future) > limit_ns:
        clock.catch_up_ns(limit_ns)
        raise TimeoutError
    clock.catch_up_ns(_end_ns(future))


def _result(self: Future[Any], timeout: float | None = None) -> Any:
    _reach(self, timeout)
    return _real_result(self, timeout)


def _exception(self: Future[Any], timeout: float | None = None) -> BaseException | None:
    _reach(self, timeout)
    return _real_exception(self, timeout)


def _add_done_callback(self: Future[Any], fn: Callable[[Future[Any]], object]) -> None:
    now_ns = clock.now_ns()
    if now_ns is None:
        _real_add_done_callback(self, fn)
        return

    def call_at_its_end(future: Future[Any]) -> None:
        with clock.simulated(max(now_ns, _end_ns(future))):
            fn(future)

    _real_add_done_callback(self, call_at_its_end)


def _moment_ns(answer: DoneAndNotDone, return_when: str) -> int | None:
    """Return when a `wait` is over, as far as its futures say; None if they do not."""
    ends_ns = [_end_ns(future) for future in answer.done]
    if return_when == futures_base.FIRST_COMPLETED:
        return min(ends_ns, default=None)
    if return_when == futures_base.FIRST_EXCEPTION:
        failed = [f for f in answer.done if not f.cancelled() and _real_exception(f) is not None]
        if failed:
            return min(map(_end_ns, failed))
    return max(ends_ns, default=None) if not answer.not_done else None


def _wait(
    fs: Iterable[Future[Any]], timeout: float | None = None, return_when: str = futures_base.ALL_COMPLETED
) -> DoneAndNotDone:
    futures = list(fs)
    if clock.now_ns() is None or not futures:
        return _real_wait(futures, timeout, return_when)
    answer = _real_wait(futures, _TURN_S)
    if answer.not_done:
        answer = _real_wait(futures, timeout, return_when)
    moments_ns = [ns for ns in (_moment_ns(answer, return_when), _limit_ns(timeout)) if ns is not None]
    clock.catch_up_ns(min(moments_ns, default=None))
    now_ns = clock.now_ns() or 0
    done = {future for future in answer.done if _end_ns(future) <= now_ns}
    return futures_base.DoneAndNotDoneFutures(done, answer.not_done | (answer.done - done))


def _as_completed(fs: Iterable[Future[Any]], timeout: float | None = None) -> Iterator[Future[Any]]:
    pending = dict.fromkeys(fs)  # keeps the order of submission, which decides between equal ends
    if clock.now_ns() is None:
        yield from _real_as_completed(pending, timeout)
        return
    limit_ns, many = _limit_ns(timeout), len(pending)
    while pending:
        done = _real_wait(pending, _TURN_S).done or _real_wait(pending, timeout, futures_base.FIRST_COMPLETED).done
        first = min((future for future in pending if future in done), key=_end_ns, default=None)
        if first is None or (limit_ns is not None and _end_ns(first) > limit_ns):
            clock.catch_up_ns(limit_ns)
            raise TimeoutError(f"{len(pending)} (of {many}) futures unfinished")
        del pending[first]
        clock.catch_up_ns(_end_ns(first))
        yield first


def _shutdown(self: ThreadPoolExecutor, wait: bool = True, *, cancel_futures: bool = False) -> None:
    _real_shutdown(self, wait, cancel_futures=cancel_futures)
    if wait and self in _pools:
        clock.catch_up_ns(_pools[self].end_ns)


def forget() -> None:
    """Forget all ends: a run begins, and a pool that served an earlier one is free."""
    for ends in (_thread_end_ns, _tasks, _pools):
        ends.clear()


def install() -> None:
    """Make threads and thread pools keep simulated time; a second call changes nothing."""
    threading.Thread.start = _start  # type: ignore[method-assign]  # the point of this module
    threading.Thread.join = _join  # type: ignore[method-assign]  # the point of this module
    ThreadPoolExecutor.submit = _submit  # type: ignore[method-assign,assignment]  # the point of this module
    ThreadPoolExecutor.shutdown = _shutdown  # type: ignore[method-assign,assignment]  # the point of this module
    Future.result = _result  # type: ignore[method-assign]  # the point of this module
    Future.exception = _exception  # type: ignore[method-assign]  # the point of this module
    Future.add_done_callback = _add_done_callback  # type: ignore[method-assign]  # the point of this module
    for module in (concurrent.futures, futures_base):
        vars(module).update(wait=_wait, as_completed=_as_completed)
    clock.replace_references({_real_wait: _wait, _real_as_completed: _as_completed})
