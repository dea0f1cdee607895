"""`grade 06 --watch`: grades again at each save, until Ctrl-C, which ends with the last verdict's exit code.

While the learner edits, the children of the next grading wait with their imports done.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from grader import desk
from grader.desk import Order
from grader.labs import ensure_working_copy, find_lab
from grader.notebook import Cell, NotebookError, read_notebook, same_code
from grader.outputs import Outputs
from grader.ran import RunError
from grader.sandbox import Prepared, prepare
from grader.screen import Screen
from grader.terminal import print_line

_LOOK_S = 0.03
_PATIENCE_S = 0.5  # so long a file that is no notebook may be one that is still being written
_FRESH_S = 600.0  # older children are not trusted: a tidy system may have removed their folder
_NOTHING_YET = 3


def watch(order: Order, outputs: Outputs, *, fresh_seed: bool) -> int:
    """Grade the working copy now and at each save; returns the last exit code when somebody ends it.

    `fresh_seed` draws new traffic for each grading; otherwise all have the order's. A grading of code that was graded
    before counts as no new try.

    Raises:
        LabError: if there is no such lab, or no working copy can be made.
    """
    lab = find_lab(order.lab)
    path = ensure_working_copy(lab)
    screen = Screen(sys.stderr if outputs.quiet else sys.stdout)
    exit_code, graded = _NOTHING_YET, tuple[Cell, ...]()
    try:
        with _Spare(lab.scenario, (lambda: secrets.randbits(64)) if fresh_seed else (lambda: order.seed)) as spare:
            while True:
                cells, stamp = _when_whole(path)
                saved = datetime.fromtimestamp(stamp[0] / 1e9) if stamp else datetime.now()
                screen.status(f"saved {saved:%H:%M:%S}; grading...")
                # By its name, so that a notebook that is gone is not made anew behind the learner's back.
                now = replace(order, seed=spare.seed, notebook=path)
                grading, code = desk.grade(now, prepared=spare.take)
                screen.clear()
                exit_code = outputs.write(grading.report, code)
                new_try = not (graded and same_code(cells, graded))
                for line in desk.keep(now, grading, new_try=new_try):
                    print_line(line, sys.stderr)
                graded = cells
                spare.prepare()
                _wait_for_save(path, stamp, screen)
    except KeyboardInterrupt:
        screen.end()
        return exit_code


class _Spare:
    """The two children of the next grading, started ahead of time."""

    def __init__(self, scenario: str, draw: Callable[[], int]) -> None:
        self._scenario, self._draw = scenario, draw
        self._children: Prepared | None = None
        self._since_s = 0.0
        self.seed = draw()

    def prepare(self) -> None:
        """Start them, unless they wait already; what is in the way of that, the next grading says."""
        if self._children is None:
            self.seed, self._since_s = self._draw(), time.monotonic()
            with suppress(RunError):
                self._children = prepare(self._scenario, self.seed)

    def take(self) -> Prepared:
        """Hand them over to a grading, which closes them."""
        if time.monotonic() - self._since_s > _FRESH_S:
            self.close()
        children, self._children = self._children, None
        return children or prepare(self._scenario, self.seed)

    def close(self) -> None:
        """End those that wait."""
        children, self._children = self._children, None
        if children:
            children.close()

    def __enter__(self) -> _Spare:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_Stamp = tuple[int, int, int]


def _stamp(path: Path) -> _Stamp | None:
    """Return what tells one state of a file from the next; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _when_whole(path: Path) -> tuple[tuple[Cell, ...], _Stamp | None]:
    """Wait while the file may be half written; returns its cells, none if it stays no notebook, and their stamp."""
    last, since_s = _stamp(path), time.monotonic()
    while True:
        # Taken before the reading: what changes after it is another save.
        if (stamp := _stamp(path)) != last:
            last, since_s = stamp, time.monotonic()
        with suppress(NotebookError):
            cells = read_notebook(path)
            if _stamp(path) == stamp:
                return cells, stamp
        if time.monotonic() - since_s > _PATIENCE_S:
            return (), stamp
        time.sleep(_LOOK_S)


def _wait_for_save(path: Path, before: _Stamp | None, screen: Screen) -> None:
    """Wait until the file is there in another state than before."""
    told = ""
    while (now := _stamp(path)) is None or now == before:
        gone = f"{path.name} is gone. Waiting until it is back; Ctrl-C ends."
        say = gone if now is None else f"Watching {path.name}. Save to grade again; Ctrl-C ends."
        if say != told:
            screen.status(say)
        told = say
        time.sleep(_LOOK_S)
