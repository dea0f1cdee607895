"""Runs a notebook against a simulator, each in a process of its own, and waits until it ends or has to be ended."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from grader import walls
from grader.children import (
    Launch,
    SandboxError,
    collect_ledger,
    end_group,
    launch_plainly,
    start_notebook,
    start_simulator,
)
from grader.notebook import Cell
from grader.ran import FILE_BYTES, MEMORY_BYTES, Ran, explain, ran
from grader.scratch import new_scratch

__all__ = ["Prepared", "SandboxError", "prepare", "run_notebook"]

_PR_SET_DUMPABLE = 4
_PIPE_BYTES = 2**20  # as much as a pipe may hold
_LOOK_S = 0.05
_LAST_WORDS = ("done", "error")


def run_notebook(
    cells: tuple[Cell, ...],
    scenario: str,
    seed: int,
    time_limit_s: float,
    meanwhile: Callable[[], object] = lambda: None,
    launch: Launch = launch_plainly,
) -> Ran:
    """Run a notebook's cells against a simulator of this seed; `meanwhile` is called while the two start.

    Raises:
        SandboxError: if the simulator does not start, or what it says cannot be read.
    """
    with prepare(scenario, seed, launch) as prepared:
        return prepared.run(cells, time_limit_s, meanwhile)


class Prepared:
    """Two children that were started and wait: a simulator that knows its seed, a Python that has no cells yet.

    None of the learner's code runs before `run`. Nothing that the notebook started outlives this object, as far as its
    process group reaches; with walls (`grader.walls`), nothing at all.
    """

    def __init__(
        self, scenario: str, seed: int, launch: Launch = launch_plainly, protections: tuple[str, ...] = ()
    ) -> None:
        """Start both; `launch` starts the notebook's process, behind what `protections` names."""
        self._protections = protections
        self._scratch = new_scratch()
        scratch = Path(self._scratch.name)
        self._telemetry_file = scratch / f"telemetry-{os.urandom(8).hex()}.jsonl"
        theirs, ours = socket.socketpair()
        with theirs, ours:
            self._simulator = start_simulator(scenario, seed, theirs)
            try:
                self._notebook, self._status = start_notebook(ours, scratch, self._telemetry_file, launch)
            except BaseException as error:
                self._simulator.kill()
                self._simulator.communicate()
                self._scratch.cleanup()
                if isinstance(error, OSError):
                    raise SandboxError(f"The notebook's process did not start: {error.strerror}.") from error
                raise
        self._over = False

    def run(self, cells: tuple[Cell, ...], time_limit_s: float, meanwhile: Callable[[], object] = lambda: None) -> Ran:
        """Run these cells, once; `meanwhile` is called before, while the two start. `time_limit_s` is in real seconds.

        Raises:
            SandboxError: if the simulator does not work, or what it says cannot be read.
        """
        try:
            _hide_memory(True)
            meanwhile()  # what it imports must be from before the learner's code could change it
            _order(self._notebook, cells)
            ending, message = _wait(self._notebook, self._status, time_limit_s)
            end_group(self._notebook)
            ledger = collect_ledger(self._simulator)
            came = ran(ending, message, self._telemetry_file, ledger, follow=False)
            return replace(came, protections=self._protections)
        finally:
            self.close()

    def close(self) -> None:
        """End both children, if they still run, and remove what they left."""
        if self._over:
            return
        self._over = True
        try:
            end_group(self._notebook)
            os.close(self._status)
            if self._simulator.returncode is None:
                self._simulator.kill()
                self._simulator.communicate()
        finally:
            _hide_memory(False)
            self._scratch.cleanup()

    def __enter__(self) -> Prepared:
        """Return this object."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def prepare(scenario: str, seed: int, launch: Launch | None = None, protections: tuple[str, ...] = ()) -> Prepared:
    """Start both children; unless `launch` says how, the notebook's stands behind the walls that this machine has."""
    if launch is None:
        protections = walls.available()
        launch = walls.launch if protections else launch_plainly
    return Prepared(scenario, seed, launch, protections)


def _order(notebook: subprocess.Popen[bytes], cells: tuple[Cell, ...]) -> None:
    """Hand over the cells. Until then the notebook's process waits, and none of the learner's code runs."""
    numbered = [[cell.number, cell.source] for cell in cells]
    order = {"cells": numbered, "memory_bytes": MEMORY_BYTES, "file_bytes": FILE_BYTES}
    assert notebook.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it died at once; waiting for it says how
        notebook.stdin.write(json.dumps(order).encode())
    with contextlib.suppress(BrokenPipeError):
        notebook.stdin.close()


def _hide_memory(hidden: bool) -> None:
    """Keep the notebook's process from reading this one, which knows the seed (Linux; elsewhere the system decides)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0 if hidden else 1, 0, 0, 0)


def _wait(notebook: subprocess.Popen[bytes], status: int, time_limit_s: float) -> tuple[str, str]:
    """Follow the status pipe until the notebook says how it ended, its process ends, or time is up."""
    deadline_s = time.monotonic() + time_limit_s
    rest, cell, last = b"", None, dict[str, Any]()
    with selectors.DefaultSelector() as selector:
        selector.register(status, selectors.EVENT_READ)
        while (left_s := deadline_s - time.monotonic()) > 0 and last.keys().isdisjoint(_LAST_WORDS):
            # Its end is looked for, not only the pipe's: a child of its own may hold the pipe open.
            gone = notebook.poll() is not None
            if selector.select(0 if gone else min(left_s, _LOOK_S)):
                chunk = os.read(status, _PIPE_BYTES)
                *lines, rest = (rest + chunk).split(b"\n")
                rest = rest[-_PIPE_BYTES:]
                for last in map(_word, lines):
                    cell = last.get("cell", cell)
                    if not last.keys().isdisjoint(_LAST_WORDS):
                        break
                gone = gone or not chunk
            if gone:
                break
    if "error" in last:
        return "crashed", explain(last["error"])
    try:
        code = notebook.wait(max(0.0, deadline_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        where = f"Cell {cell} was" if cell else "The notebook was"
        return "timeout", f"{where} still running after {time_limit_s:g} s. Is there a loop without an end?"
    if "done" in last and code == 0:
        return "done", ""
    where = f"Cell {cell}" if cell else "Something"
    return "crashed", f"{where} ended Python itself ({_how(code)}). Take out what ends it, such as os._exit."


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


def _word(line: bytes) -> dict[str, Any]:
    """Read one line of the status pipe; a notebook can write to it too, so that anything may stand there."""
    try:
        word = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    known = isinstance(word, dict) and isinstance(word.get("cell", 0), int)
    return word if known else {}
