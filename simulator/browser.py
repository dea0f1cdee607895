"""What the browser lacks: threads. Pool tasks run in place, with an empty context, as a worker thread would start them.

Only used under Pyodide (`sys.platform == "emscripten"`), where starting a thread raises RuntimeError and even
OpenTelemetry's `TracerProvider()` wants one for its resource detectors.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


def _submit_in_place(self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
    future: Future[Any] = Future()
    try:
        future.set_result(contextvars.Context().run(fn, *args, **kwargs))
    except BaseException as error:  # a pool hands every exception to whoever asks for the result
        future.set_exception(error)
    return future


def install() -> None:
    """Let `ThreadPoolExecutor` run its tasks at once; call it before `simulator.threads` wraps the pool."""
    ThreadPoolExecutor.submit = _submit_in_place  # type: ignore[method-assign,assignment]  # the point of this module
