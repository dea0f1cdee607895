"""Whoever ends `grade` ends the notebook it runs, too; an output that nobody reads changes no verdict."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from grader.notebook import Cell, to_notebook

PATIENCE_S = 20


def _started(labs: Path, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    variables = os.environ | {"GRADE_LABS": str(labs)}
    command = [sys.executable, "-m", "grader", "06", *arguments]
    return subprocess.Popen(command, env=variables, stdout=stdout, stderr=subprocess.PIPE)


def _notebook_of(grading: subprocess.Popen[bytes]) -> psutil.Process:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        for child in psutil.Process(grading.pid).children():
            if any("cell_runner" in word for word in child.cmdline()):
                return child
        time.sleep(0.02)
    raise AssertionError("the notebook was not started")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_notebook_ends_with_its_grading(number: signal.Signals, labs: Path, tmp_path: Path) -> None:
    marker = tmp_path / "running"
    loop = f"open({str(marker)!r}, 'w').close()\nwhile True:\n    pass"
    endless = tmp_path / "endless.ipynb"
    endless.write_text(to_notebook([Cell("code", loop, 1)]), encoding="utf-8")
    grading = _started(labs, "--notebook", str(endless))
    notebook = _notebook_of(grading)
    until_s = time.monotonic() + PATIENCE_S
    while not marker.exists() and time.monotonic() < until_s:
        time.sleep(0.02)
    grading.send_signal(number)
    _, errors = grading.communicate(timeout=PATIENCE_S)
    psutil.wait_procs([notebook], timeout=PATIENCE_S)
    assert not notebook.is_running() or notebook.status() == psutil.STATUS_ZOMBIE
    if number != signal.SIGKILL:
        assert (grading.returncode, errors.decode().strip()) == (3, "Stopped. Nothing was recorded.")


def test_a_reader_that_hangs_up_does_not_change_the_verdict(labs: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    grading = _started(labs, "--reference", stdout=writing)
    os.close(writing)
    _, errors = grading.communicate(timeout=60)
    assert (grading.returncode, errors) == (0, b"")
