"""A batch that is ended, crowded or out of room loses only what it was at."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from grader.labs import find_lab
from grader.notebook import Cell, to_notebook

COMMAND = [sys.executable, "-m", "grader", "batch"]
PATIENCE_S = 60
ENDLESS = to_notebook([Cell("code", "while True:\n    pass", 1)])


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Two that pass, and one that never ends."""
    folder = tmp_path / "three"
    folder.mkdir()
    right = to_notebook(find_lab("06").reference)
    for name, text in (("06_ada.ipynb", right), ("06_bob.ipynb", right), ("06_zoe.ipynb", ENDLESS)):
        (folder / name).write_text(text)
    return folder


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def started() -> Iterator[Start]:
    """Starts a batch; none outlives its test."""
    batches = []

    def start(folder: Path, out: Path, *more: str) -> subprocess.Popen[str]:
        command = [*COMMAND, str(folder), "--out", str(out), *more]
        batches.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return batches[-1]

    yield start
    for batch in batches:
        batch.kill()
        batch.communicate()


def wait_for(files: list[Path]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not all(file.exists() for file in files):
        assert time.monotonic() < until_s
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_what_was_graded_before_the_end_is_not_graded_again(
    number: int, three: Path, tmp_path: Path, started: Start
) -> None:
    out = tmp_path / "out"
    batch = started(three, out, "--time-limit", "300")
    results = [out / "results" / f"{name}-06.json" for name in ("ada", "bob")]
    wait_for(results)
    time.sleep(0.5)
    below = psutil.Process(batch.pid).children(recursive=True)
    assert below
    batch.send_signal(number)
    _, errors = batch.communicate(timeout=PATIENCE_S)
    if number != signal.SIGKILL:
        assert batch.returncode == 3
        assert "Stopped; 1 are not graded. The same command goes on from here." in errors
        assert (out / "index.html").exists()
    _, left = psutil.wait_procs(below, timeout=10)
    assert [child for child in left if child.status() != psutil.STATUS_ZOMBIE] == []
    kept = [file.read_bytes() for file in results]
    (three / "06_zoe.ipynb").write_text(to_notebook(find_lab("06").reference))
    again = started(three, out, "--time-limit", "300")
    told, _ = again.communicate(timeout=PATIENCE_S)
    assert again.returncode == 0, told
    assert [file.read_bytes() for file in results] == kept
    assert told.count("as before") == 2


def test_two_batches_do_not_write_to_one_folder(three: Path, tmp_path: Path, started: Start) -> None:
    out = tmp_path / "out"
    started(three, out, "--time-limit", "300")
    wait_for([out / ".work"])
    second = started(three, out)
    told, errors = second.communicate(timeout=PATIENCE_S)
    assert (second.returncode, told) == (3, "")
    assert "Another batch writes to" in " ".join(errors.split())


def test_a_worker_that_dies_costs_its_own_submission_alone(three: Path, tmp_path: Path, started: Start) -> None:
    out = tmp_path / "out"
    batch = started(three, out, "--time-limit", "300", "--jobs", "1")
    wait_for([out / "results" / "ada-06.json", out / "results" / "bob-06.json"])
    time.sleep(0.5)
    (worker,) = psutil.Process(batch.pid).children()
    worker.kill()
    batch.communicate(timeout=PATIENCE_S)
    assert batch.returncode == 3
    verdicts = [json.loads((out / "results" / f"{name}-06.json").read_text()) for name in ("ada", "bob", "zoe")]
    assert [entry["verdict"] for entry in verdicts] == ["passed", "passed", "cannot-grade"]
    assert "The process that graded it ended" in verdicts[2]["message"]


def test_one_that_never_ends_is_stopped_and_told(three: Path, tmp_path: Path, started: Start) -> None:
    out = tmp_path / "out"
    batch = started(three, out, "--time-limit", "8")
    batch.communicate(timeout=PATIENCE_S)
    assert batch.returncode == 1
    found = json.loads((out / "results" / "zoe-06.json").read_text())
    assert (found["verdict"], "after 8 s" in found["message"]) == ("timeout", True)


@pytest.mark.parametrize("room_for", ["nothing", "results", "copies"])
def test_without_room_that_is_told_and_nothing_is_lost(
    room_for: str, three: Path, tmp_path: Path, started: Start
) -> None:
    out = tmp_path / "out"
    size = (three / "06_ada.ipynb").stat().st_size
    most_bytes = {"nothing": 200, "results": size - 1, "copies": size + 50}[room_for]  # the page needs more
    (three / "06_zoe.ipynb").unlink()

    def no_room() -> None:  # a file that grows past this is refused, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))

    limited = subprocess.run(
        [sys.executable, "-c", f"import os; os.execv({COMMAND[0]!r}, {[*COMMAND, str(three), '--out', str(out)]!r})"],
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert limited.returncode == 3
    assert "Traceback" not in limited.stderr
    assert "Make room, and" in " ".join(limited.stderr.split())
    after = started(three, out)
    told, _ = after.communicate(timeout=PATIENCE_S)
    assert (after.returncode, "2 of 2 submissions passed" in told) == (0, True)


def test_a_folder_that_cannot_be_written_is_told(three: Path, tmp_path: Path, started: Start) -> None:
    (tmp_path / "file").write_text("")
    batch = started(three, tmp_path / "file" / "out")
    _, errors = batch.communicate(timeout=PATIENCE_S)
    assert batch.returncode == 3
    assert "cannot be written to" in " ".join(errors.split())
