"""What a killed grading left in the temporary folder goes with a later one; what belongs to anybody else stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from grader.scratch import new_scratch, remove_left_behind


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    remove_left_behind.cache_clear()
    return tmp_path


def dead() -> int:
    """The id of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def make(folder: Path, name: str, hours: float) -> Path:
    """A folder with a file in it, so many hours old."""
    made = folder / name
    made.mkdir()
    (made / "telemetry.jsonl").write_text("{}")
    then_s = time.time() - hours * 3600
    os.utime(made, (then_s, then_s))
    return made


def test_the_folder_of_a_killed_grading_goes_an_hour_later(temporary: Path) -> None:
    old, young = make(temporary, f"grade-{dead()}-abc_1", 2), make(temporary, f"grade-{dead()}-abc_2", 0.5)
    with new_scratch():
        assert not old.exists()
        assert young.exists()


def test_what_belongs_to_a_running_process_or_to_somebody_else_stays(temporary: Path) -> None:
    kept = [make(temporary, name, 9) for name in (f"grade-{os.getpid()}-abc", "grade-mine", "grade-12-a b", "other")]
    remove_left_behind()
    assert all((folder / "telemetry.jsonl").exists() for folder in kept)


def test_a_link_is_removed_and_not_followed(temporary: Path) -> None:
    precious = make(temporary, "precious", 9)
    link = temporary / f"grade-{dead()}-link"
    link.symlink_to(precious)
    os.utime(link, (0, 0), follow_symlinks=False)
    remove_left_behind()
    assert not link.is_symlink()
    assert (precious / "telemetry.jsonl").exists()


def test_a_grading_that_ends_leaves_no_folder(temporary: Path) -> None:
    with new_scratch() as name:
        assert Path(name).name.startswith(f"grade-{os.getpid()}-")
    assert list(temporary.iterdir()) == []
