"""Workers that grade in parallel: each has one submission at a time, and one that hangs or dies costs only that."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from grader.report import Report, from_json

_LAST_WORDS_S = 5.0
_ANSWER_BYTES = 2**16


@dataclass(frozen=True, slots=True)
class Order:
    """A submission that has to be graded: its name, what the worker has to know, real seconds until it is given up."""

    name: str
    words: Mapping[str, Any]
    patience_s: float


@dataclass(slots=True)
class _Worker:
    child: subprocess.Popen[bytes]
    order: Order
    deadline_s: float
    answer: bytes = b""


def grade_all(orders: Iterator[Order], jobs: int, done: Callable[[str, Report], None]) -> None:
    """Grade all orders, `jobs` at a time, and tell each report as it comes. Orders are drawn when there is a worker."""
    with selectors.DefaultSelector() as selector:
        busy: list[_Worker] = []
        try:
            for order in orders:
                _begin(_start(), order, busy, selector)
                if len(busy) == jobs:
                    break
            while busy:
                nearest_s = min(worker.deadline_s for worker in busy) - time.monotonic()
                for key, _ in selector.select(max(0.0, nearest_s)):
                    key.data.answer += os.read(key.fd, _ANSWER_BYTES) or b"\0"
                for worker in [worker for worker in busy if _is_over(worker)]:
                    busy.remove(worker)
                    assert worker.child.stdout is not None
                    selector.unregister(worker.child.stdout)
                    report = _report_of(worker)
                    idle = worker.child if worker.answer.endswith(b"\n") else None
                    if idle is None:
                        _end(worker.child)
                    done(worker.order.name, report)
                    if following := next(orders, None):
                        _begin(idle or _start(), following, busy, selector)
                    elif idle:
                        _end(idle)
        finally:
            for worker in busy:
                _end(worker.child)


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "grader.batch.worker", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _begin(child: subprocess.Popen[bytes], order: Order, busy: list[_Worker], selector: selectors.BaseSelector) -> None:
    worker = _Worker(child, order, time.monotonic() + order.patience_s)
    busy.append(worker)
    assert child.stdin is not None and child.stdout is not None
    with suppress(BrokenPipeError):  # it died meanwhile, which its answer will say
        child.stdin.write(json.dumps(order.words).encode() + b"\n")
        child.stdin.flush()
    selector.register(child.stdout, selectors.EVENT_READ, worker)


def _is_over(worker: _Worker) -> bool:
    return worker.answer.endswith((b"\n", b"\0")) or time.monotonic() >= worker.deadline_s


def _report_of(worker: _Worker) -> Report:
    with suppress(ValueError):
        if worker.answer.endswith(b"\n"):
            return from_json(worker.answer.decode())
    words = worker.order.words
    if worker.answer.endswith(b"\0"):
        message = "The process that graded it ended. What it emitted may be too much to judge. Grade it on its own."
    else:
        message = f"Judging it took more than {worker.order.patience_s:.0f} s and was given up. Grade it on its own."
    return Report(words["lab"], "cannot-grade", words["seed"], 0.0, message=message, saved=words["notebook"])


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a worker: with nothing more to read it goes by itself; one at work is told, then killed."""
    with child, suppress(BrokenPipeError):
        assert child.stdin is not None
        child.stdin.close()
        child.terminate()
        try:
            child.wait(_LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            child.kill()
