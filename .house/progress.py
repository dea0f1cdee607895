"""Something to look at while the installation runs: one line per step, with the seconds since the start."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

QUIET_S = 10.0  # how often a step still running is told to a log; on a terminal its line is redrawn


class Progress:
    """Writes step lines; on a terminal a running step's line changes in place."""

    def __init__(self, out: TextIO = sys.stdout, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._began_s = clock()
        self._told_s = -QUIET_S
        self._open_line = False

    def step(self, text: str) -> None:
        """A step that has begun or ended: a line of its own."""
        self._end_line()
        self._write(self._line(text) + "\n")

    def running(self, text: str) -> None:
        """How far the current step is: redrawn on a terminal, every ten seconds in a log."""
        if self._out.isatty():
            self._write("\r" + self._line(text).ljust(78)[:78])
            self._open_line = True
        elif self._clock() - self._told_s >= QUIET_S:
            self._told_s = self._clock()
            self._write(self._line(text) + "\n")

    def _line(self, text: str) -> str:
        return f"[{self._clock() - self._began_s:3.0f} s] {text}"

    def _end_line(self) -> None:
        if self._open_line:
            self._write("\n")
            self._open_line = False

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
