"""Whoever ends `grade` ends the notebook it runs, too; an output that nobody reads changes no verdict."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from grader.notebook import Cell, to_notebook
from grader.progress import LabProgress
from grader.progress_file import change_lab

PATIENCE_S = 20
BUSY_S = 1.0  # of CPU: more than a Python takes to start


WITHOUT_WALLS = "import sys; from grader import cli, walls; walls.available = lambda: (); sys.exit(cli.main())"


def _started(
    labs: Path, *arguments: str, walled: bool = True, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    variables = os.environ | {"GRADE_LABS": str(labs)}
    how = ["-m", "grader"] if walled else ["-c", WITHOUT_WALLS]
    return subprocess.Popen(
        [sys.executable, *how, "06", *arguments], env=variables, stdout=stdout, stderr=subprocess.PIPE
    )


def _notebook_of(grading: subprocess.Popen[bytes]) -> psutil.Process:
    """The notebook's process, when it has begun to count."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        for child in psutil.Process(grading.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                is_notebook = any(word.endswith("cell_runner.py") for word in child.cmdline())
                if is_notebook and child.cpu_times().user > BUSY_S:
                    return child
        time.sleep(0.02)
    raise AssertionError("the notebook was not started")


@pytest.mark.parametrize("walled", [True, False], ids=["walls", "plain"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_notebook_ends_with_its_grading(number: signal.Signals, walled: bool, labs: Path, tmp_path: Path) -> None:
    endless = tmp_path / "endless.ipynb"
    endless.write_text(to_notebook([Cell("code", "while True:\n    pass", 1)]), encoding="utf-8")
    grading = _started(labs, "--notebook", str(endless), walled=walled)
    notebook = _notebook_of(grading)
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


@pytest.mark.parametrize("words", [(), ("06", "--solution"), ("06", "--hint"), ("07",), ("doctor", "--json", "-")])
@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_no_way_of_the_command_minds_a_reader_that_hangs_up(closed: str, words: tuple[str, ...], labs: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    file = labs / "my" / ".progress.json"
    change_lab(file, "06", lambda lab: LabProgress("passed", tries=1, passed_at="x", stuck_on="one_span_per_attempt"))
    out, err = (writing, subprocess.PIPE) if closed == "stdout" else (subprocess.PIPE, writing)
    command = [sys.executable, "-m", "grader", *words]
    ran = subprocess.run(command, env=os.environ | {"GRADE_LABS": str(labs)}, text=True, stdout=out, stderr=err)
    os.close(writing)
    assert ran.returncode in (0, 1, 2)
    assert "Traceback" not in f"{ran.stdout}{ran.stderr}" and "Broken" not in f"{ran.stdout}{ran.stderr}"
