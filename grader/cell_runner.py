"""The learner's process: runs a notebook's cells one after the other in a fresh Python, and says how it went.

Standard library only, nothing of the judge's: started as a script (`python -I cell_runner.py STATUS_FD`), it reads its
order, `{"cells": [[number, source], ...], "memory_bytes": ..., "file_bytes": ...}`, from standard input, and writes
JSON lines to the status pipe: `{"cell": n}` as each begins, then `{"done": true}` or `{"error": {...}}`. The browser
calls `run_cells` directly.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import linecache
import os
import signal
import sys
import traceback
import types
from collections.abc import Callable, Iterable
from typing import Any

_MAX_TEXT = 2000
_LOADED_EARLY = ("opentelemetry.sdk.trace", "opentelemetry.sdk._logs", "opentelemetry.exporter.otlp.json.file")
_LAST_CAPABILITY = 63
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38


def run_cells(
    cells: Iterable[tuple[int, str]], began: Callable[[int], None] = lambda number: None
) -> dict[str, Any] | None:
    """Run cells in a fresh `__main__`; returns None, or what stopped them.

    The answer has `cell` (number), `line` (in that cell, or None), `kind` (exception name) and `text` (its message).
    """
    main = types.ModuleType("__main__")
    # Notebooks know `display`; what it would show is of no use to a judge.
    main.__dict__["display"] = lambda *things, **options: None
    sys.modules["__main__"] = main
    for number, source in cells:
        began(number)
        file = f"<cell {number}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        try:
            # Without `dont_inherit` the cell would be compiled with this file's own __future__ imports.
            exec(compile(source, file, "exec", dont_inherit=True), main.__dict__)
        except BaseException as error:
            return {
                "cell": number,
                "line": _line_in_cells(error),
                "kind": type(error).__name__,
                "text": _text_of(error),
            }
    return None


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:_MAX_TEXT]
    except BaseException:  # a learner's exception may fail at saying what it is
        return ""


def _line_in_cells(error: BaseException) -> str | None:
    """Return the innermost place of an error that stands in the notebook, as "cell 5, line 3: source"."""
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell"):
        place = f"{str(error.filename).strip('<>')}, line {error.lineno}"
        return f"{place}: {str(error.text).strip()}"[:_MAX_TEXT] if error.text else place
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<cell")]
    if not frames:
        return None
    return f"{frames[-1].filename.strip('<>')}, line {frames[-1].lineno}: {frames[-1].line}"[:_MAX_TEXT]


def _limit(memory_bytes: int, file_bytes: int) -> None:
    """Bound memory and file size, and give up root's powers over other processes."""
    import resource

    for kind, limit in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, file_bytes)):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue  # macOS refuses RLIMIT_AS; the wall clock still holds
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a killed judge takes its notebook along
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.geteuid() == 0:
            for capability in range(_LAST_CAPABILITY):
                libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
            header = (ctypes.c_uint32 * 2)(0x20080522, 0)
            libc.capset(header, (ctypes.c_uint32 * 6)())


def _warm_up() -> None:
    """Load what every lab loads, while this process waits for its cells.

    Not the simulator: what a notebook sees of the clocks may depend on when it imports that.
    """
    for module in _LOADED_EARLY:
        with contextlib.suppress(ImportError):  # the notebook will say it better
            importlib.import_module(module)


def main() -> int:
    """Run the notebook that stands on standard input."""
    status = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")
    _warm_up()
    order = json.loads(sys.stdin.buffer.read())
    sys.argv = ["notebook"]
    # Not inherited by programs a notebook starts: an orphan must not hold the judge's pipe open.
    os.set_inheritable(status.fileno(), False)
    _limit(order["memory_bytes"], order["file_bytes"])

    def say(word: dict[str, Any]) -> None:
        status.write(json.dumps(word) + "\n")
        status.flush()

    stopped = run_cells([(number, source) for number, source in order["cells"]], lambda number: say({"cell": number}))
    say({"error": stopped} if stopped else {"done": True})
    return 0


if __name__ == "__main__":
    sys.exit(main())
