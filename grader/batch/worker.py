"""A process that grades one submission after another: orders come in as JSON lines, reports go out as JSON lines.

It stays warm between them, and no learner's code runs in it: each notebook has a process of its own, behind walls where
there are some.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import json
import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from grader import desk, walls
from grader.children import launch_plainly
from grader.labs import find_lab
from grader.report import Report
from grader.sandbox import Prepared, prepare

_MEMORY_BYTES = 4 * 2**30
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Grade until there are no more orders."""
    _end_with(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    signal.signal(signal.SIGTERM, _stop)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what pytest or a library prints is no answer
        for module in ("grader.check_run", "course.catalogue"):
            importlib.import_module(module)
        for line in sys.stdin:
            answers.write(json.dumps(json.loads(_grade(json.loads(line)).to_json())) + "\n")
            answers.flush()
    return 0


def _grade(order: dict[str, Any]) -> Report:
    def children() -> Prepared:
        scenario = find_lab(order["lab"]).scenario
        if not order["walls"]:
            return prepare(scenario, order["seed"], launch_plainly)
        launch = functools.partial(walls.launch, hidden=[Path(path) for path in order["hidden"]])
        return prepare(scenario, order["seed"], launch, tuple(order["walls"]))

    given = desk.Order(order["lab"], order["seed"], counts=False, notebook=Path(order["file"]))
    try:
        report = desk.grade(replace(given, time_limit_s=order["time_limit_s"]), prepared=children)[0].report
    except MemoryError:
        message = f"What it emitted takes more than {_MEMORY_BYTES // 2**30} GB to judge."
        report = Report(order["lab"], "tampered", order["seed"], 0.0, message=message)
    except Exception as error:
        message = f"The grader failed, not you. Please report this: {type(error).__name__}: {error}"
        report = Report(order["lab"], "cannot-grade", order["seed"], 0.0, message=message)
    return replace(report, saved=order["notebook"])


def _end_with(parent: int) -> None:
    """End when the batch does, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(1)  # by way of every `finally`: nothing stays behind where no kernel ends the children


if __name__ == "__main__":
    sys.exit(main())
