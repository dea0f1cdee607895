"""Starts the two children of a grading, the simulator with its secret seed and the learner's notebook, and waits."""

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
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.notebook import Cell
from grader.ran import MEMORY_BYTES, Ran, RunError, explain
from grader.telemetry import Telemetry, read_bytes, read_raw
from grader.truth import Ledger, read_entries

_RUNNER = Path(__file__).with_name("cell_runner.py")
_PR_SET_DUMPABLE = 4
_PIPE_BYTES = 2**20  # as much as a pipe may hold
_LOOK_S = 0.05
_LAST_WORDS = ("done", "error")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


class SandboxError(RunError):
    """The grading could not be set up; says what to do."""


def run_notebook(
    cells: tuple[Cell, ...], scenario: str, seed: int, time_limit_s: float, meanwhile: Callable[[], object]
) -> Ran:
    """Run a notebook's cells against a simulator of this seed, each in a process of its own.

    `meanwhile` is called while they start. Nothing the notebook started outlives this call, as far as its process group
    reaches.

    Raises:
        SandboxError: if the simulator does not start, or what it says cannot be read.
        grader.telemetry.TelemetryError: if what the notebook emitted is not OTLP.
    """
    theirs, ours = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as scratch, theirs, ours:
        nonce = os.urandom(8).hex()
        telemetry_file = Path(scratch, f"telemetry-{nonce}.jsonl")
        simulator = _start_simulator(scenario, seed, theirs)
        theirs.close()
        notebook, status = _start_notebook(ours, Path(scratch), telemetry_file)
        ours.close()
        try:
            _hide_memory(True)
            _order(notebook, cells)
            meanwhile()
            ending, message = _wait(notebook, status, time_limit_s)
        finally:
            _end_group(notebook)
            os.close(status)
            try:
                ledger = _collect_ledger(simulator)
            finally:
                _hide_memory(False)
        raw = read_bytes(telemetry_file, follow=False)
        # What a stopped notebook left is kept and not judged: its last line may be half written.
        return Ran(ending, message, read_raw(raw) if ending == "done" else Telemetry(), ledger, raw)


def _start_simulator(scenario: str, seed: int, end: socket.socket) -> subprocess.Popen[bytes]:
    simulator = subprocess.Popen(
        [sys.executable, "-I", "-m", "simulator", "engine", "--fd", str(end.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[end.fileno()],
        start_new_session=True,
    )
    assert simulator.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it died at once; taking its ledger says how
        simulator.stdin.write(json.dumps({"scenario": scenario, "seed": seed}).encode() + b"\n")
        simulator.stdin.flush()
    return simulator


def _start_notebook(end: socket.socket, scratch: Path, telemetry_file: Path) -> tuple[subprocess.Popen[bytes], int]:
    status, write_end = os.pipe()
    variables = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
    variables |= {
        "HOME": str(scratch),
        "SIMULATOR_FD": str(end.fileno()),
        "SIMULATOR_TELEMETRY": str(telemetry_file),
    }
    notebook = subprocess.Popen(
        [sys.executable, "-I", str(_RUNNER), str(write_end)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=scratch,
        env=variables,
        pass_fds=[end.fileno(), write_end],
        start_new_session=True,
    )
    os.close(write_end)
    return notebook, status


def _order(notebook: subprocess.Popen[bytes], cells: tuple[Cell, ...]) -> None:
    """Hand over the cells. Until then the notebook's process waits, and none of the learner's code runs."""
    order = {"cells": [[cell.number, cell.source] for cell in cells], "memory_bytes": MEMORY_BYTES}
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


def _end_group(notebook: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it may be gone already
        os.killpg(notebook.pid, signal.SIGKILL)
    notebook.wait()


def _collect_ledger(simulator: subprocess.Popen[bytes]) -> Ledger:
    """Tell the simulator that the run is over, and take its ledger. Only now has it left the simulator's memory."""
    try:
        out, err = simulator.communicate(timeout=20)
    except subprocess.TimeoutExpired as error:
        simulator.kill()
        simulator.wait()
        raise SandboxError("The simulator did not end. Try again; if it stays so, report it.") from error
    if simulator.returncode != 0:
        raise SandboxError(f"The simulator did not work: {err.decode(errors='replace').strip()[-300:]}")
    try:
        return read_entries(json.loads(line) for line in out.splitlines())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SandboxError(f"The simulator's ledger could not be read: {error}") from error
