"""`grade 06 --watch`: again at each save, however the save is made, until Ctrl-C."""

from __future__ import annotations

import os
import pty
import select
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
from grader.progress_file import read_kept

PATIENCE_S = 40
SOLVED = to_notebook(find_lab("06").reference)
WRONG = SOLVED.replace(", kind=SpanKind.CLIENT", "")
ENDLESS = to_notebook([Cell("code", "while True:\n    pass", 1)])
WAITS = "Watching 06_wrap_one_call_site.ipynb. Save to grade again; Ctrl-C ends."


class Watching:
    """A `grade 06 --watch` and what it has written, on a pipe or on a terminal."""

    def __init__(self, labs: Path, *options: str, terminal: bool = False) -> None:
        self.file = labs / "my" / "06_wrap_one_call_site.ipynb"
        self.progress_file = self.file.with_name(".progress.json")
        self._ours, theirs = pty.openpty() if terminal else os.pipe()
        self.program = subprocess.Popen(
            [sys.executable, "-m", "grader", "06", "--watch", *options],
            env=os.environ | {"GRADE_LABS": str(labs), "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "80"},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    def until(self, words: str) -> str:
        """Read until these words are there; returns what was read."""
        found, until_s = b"", time.monotonic() + PATIENCE_S
        while words.encode() not in found:
            left_s = until_s - time.monotonic()
            ready, _, _ = select.select([self._ours], [], [], max(left_s, 0))
            assert ready, f"{words!r} did not come; there was {found.decode()!r}"
            found += os.read(self._ours, 1 if words == WAITS else 65536)
        return found.decode()

    def stop(self) -> int:
        self.program.send_signal(signal.SIGINT)
        return self.program.wait(timeout=PATIENCE_S)

    def close(self) -> None:
        self.program.kill()
        self.program.wait()
        os.close(self._ours)


Watch = Callable[..., Watching]


@pytest.fixture
def watch(labs: Path, solved: Path) -> Iterator[Watch]:
    started: list[Watching] = []

    def begin(*options: str, text: str = WRONG, terminal: bool = False) -> Watching:
        solved.write_text(text, encoding="utf-8")
        started.append(Watching(labs, *options, terminal=terminal))
        return started[-1]

    yield begin
    for watching in started:
        watching.close()


def test_each_save_is_graded_and_ctrl_c_ends_with_the_last_verdict(watch: Watch) -> None:
    watching = watch()
    assert "Lab 06: not passed yet, 7 of 8 checks" in watching.until(WAITS)
    watching.file.write_text(SOLVED, encoding="utf-8")
    said = watching.until(WAITS)
    assert "saved " in said and "Lab 06: passed, 8 of 8 checks" in said
    children = psutil.Process(watching.program.pid).children(recursive=True)
    assert len(children) == 2
    assert watching.stop() == 0
    assert psutil.wait_procs(children, timeout=PATIENCE_S)[1] == []
    assert read_kept(watching.progress_file).progress["06"].state == "passed"


def test_a_verdict_that_is_no_pass_is_the_exit_code(watch: Watch) -> None:
    watching = watch()
    watching.until(WAITS)
    assert watching.stop() == 1
    assert "Stopped watching." in watching.until("Stopped watching.")


def test_two_gradings_of_the_same_code_are_one_try(watch: Watch) -> None:
    watching = watch()
    watching.until(WAITS)
    watching.file.write_text(WRONG + "\n", encoding="utf-8")
    watching.until(WAITS)
    watching.file.write_text(WRONG.replace("lumen", "nobody"), encoding="utf-8")
    watching.until(WAITS)
    assert read_kept(watching.progress_file).progress["06"].tries == 2


def test_a_notebook_may_be_half_written_for_a_while(watch: Watch) -> None:
    watching = watch()
    watching.until(WAITS)
    with watching.file.open("w", encoding="utf-8") as file:
        for at in range(0, len(SOLVED), 1500):
            file.write(SOLVED[at : at + 1500])
            file.flush()
            time.sleep(0.05)
    said = watching.until(WAITS)
    assert "Lab 06: passed" in said
    assert "not a notebook" not in said


def test_what_stays_half_written_is_told(watch: Watch) -> None:
    watching = watch()
    watching.until(WAITS)
    watching.file.write_text(SOLVED[:1000], encoding="utf-8")
    assert "is not a notebook: it is not JSON with cells" in " ".join(watching.until(WAITS).split())
    assert watching.stop() == 3


def test_a_notebook_may_go_and_come_back_and_be_replaced(watch: Watch) -> None:
    watching = watch()
    watching.until(WAITS)
    watching.file.unlink()
    watching.until("is gone. Waiting until it is back")
    time.sleep(0.2)
    assert not watching.file.exists()
    kept = watching.file.with_name("kept.ipynb")
    watching.file.write_text(SOLVED, encoding="utf-8")
    assert "Lab 06: passed" in watching.until(WAITS)
    watching.file.rename(kept)
    watching.until("is gone. Waiting until it is back")
    kept.rename(watching.file)
    assert "grading" not in watching.until(WAITS)  # the same file: nothing new to grade, and it is gone no more
    other = watching.file.with_name("new.ipynb")
    other.write_text(WRONG, encoding="utf-8")
    other.replace(watching.file)
    assert "7 of 8 checks" in watching.until(WAITS)


def test_a_notebook_that_hangs_is_stopped_and_the_next_save_graded(watch: Watch) -> None:
    watching = watch("--time-limit", "3", text=ENDLESS)
    assert "still running after 3 s" in watching.until(WAITS)
    watching.file.write_text(SOLVED, encoding="utf-8")
    watching.until(WAITS)
    watching.file.write_text(SOLVED + "\n", encoding="utf-8")
    assert "Lab 06: " in watching.until(WAITS)


def test_ctrl_c_ends_a_grading_that_hangs_with_the_verdict_before_it(watch: Watch) -> None:
    watching = watch()
    watching.until(WAITS)
    watching.file.write_text(ENDLESS, encoding="utf-8")
    watching.until("grading...")
    time.sleep(0.5)
    children = psutil.Process(watching.program.pid).children(recursive=True)
    assert watching.stop() == 1
    assert psutil.wait_procs(children, timeout=PATIENCE_S)[1] == []


def test_a_save_during_a_grading_is_graded_after_it(watch: Watch) -> None:
    watching = watch()
    watching.until("grading...")
    time.sleep(0.1)
    watching.file.write_text(SOLVED, encoding="utf-8")
    watching.until("Lab 06: passed")


def test_a_terminal_is_cleared_when_the_next_report_is_there_and_not_before(watch: Watch) -> None:
    watching = watch(terminal=True)
    watching.until(WAITS)
    watching.file.write_text(SOLVED, encoding="utf-8")
    said = watching.until(WAITS)
    grading, report = said.index("grading..."), said.index("Lab 06: passed")
    assert grading < said.index("\x1b[H\x1b[2J") < report


def test_a_log_has_no_control_characters(watch: Watch) -> None:
    assert "\x1b" not in watch().until(WAITS)


def test_a_seed_gives_every_grading_the_same_traffic(watch: Watch) -> None:
    watching = watch("--seed", "7")
    first = watching.until(WAITS)
    watching.file.write_text(SOLVED, encoding="utf-8")
    assert "seed 7," in first
    assert "seed 7," in watching.until(WAITS)
    assert not watching.progress_file.exists()
