"""The progress file: whole after every crash, right after every race, and never silently lost."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader import progress_file
from grader.progress import LabProgress, to_text
from grader.progress_file import MAX_BYTES, change_lab, read_kept, restore_if_forged, snapshot

# Adds to one lab's tries as fast as it can, and says each number when it is kept.
COUNT = """
import sys
from dataclasses import replace
from pathlib import Path
from grader.progress_file import change_lab

for _ in range(int(sys.argv[3])):
    kept = change_lab(Path(sys.argv[1]), sys.argv[2], lambda lab: replace(lab, tries=lab.tries + 1))
    print(kept.progress[sys.argv[2]].tries, flush=True)
"""


def count(file: Path, lab: str, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", COUNT, str(file), lab, str(times)], stdout=subprocess.PIPE)


def passed(lab: LabProgress) -> LabProgress:
    return LabProgress("passed", lab.tries)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "my" / ".progress.json"


def test_labs_are_kept_side_by_side_and_nothing_is_left_over(file: Path) -> None:
    change_lab(file, "06", passed)
    change_lab(file, "07", lambda lab: LabProgress("in progress"))
    assert {number: lab.state for number, lab in read_kept(file).progress.items()} == {
        "06": "passed",
        "07": "in progress",
    }
    assert sorted(path.name for path in file.parent.iterdir()) == [".progress.json", ".progress.json.lock"]


def test_no_file_and_no_folder_mean_that_nothing_was_started(file: Path) -> None:
    assert read_kept(file).progress == {}
    assert not file.parent.exists()


def test_programs_that_write_at_once_lose_no_update(file: Path) -> None:
    counters = [count(file, lab, 40) for lab in ("06", "06", "07")]
    assert [counter.wait(timeout=60) for counter in counters] == [0, 0, 0]
    for counter in counters:
        counter.communicate()
    tries = {number: lab.tries for number, lab in read_kept(file).progress.items()}
    assert tries == {"06": 80, "07": 40}


def test_a_kill_at_any_moment_loses_nothing_that_was_kept(file: Path) -> None:
    said = 0
    for round_number in range(12):
        counter = count(file, "06", 100_000)
        assert counter.stdout is not None
        first = counter.stdout.readline()
        time.sleep(0.003 * round_number)
        counter.send_signal(signal.SIGKILL)
        rest, _ = counter.communicate()
        numbers = [int(line) for line in (first + rest).decode().splitlines()]
        kept = read_kept(file)
        assert kept.told == ""
        assert numbers == list(range(said + 1, said + 1 + len(numbers)))
        said = kept.progress["06"].tries
        assert said - numbers[-1] in (0, 1)
    change_lab(file, "06", passed)
    assert len(list(file.parent.iterdir())) == 2


def test_a_damaged_file_is_set_aside_under_a_date_and_told_once(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"{ half")
    kept = read_kept(file)
    (aside,) = file.parent.glob("progress-damaged-2*.json")
    assert kept.progress == {}
    assert kept.told == f"Your progress file could not be read. It is kept as {aside.name}; the map starts anew."
    assert aside.read_bytes() == b"{ half"
    assert read_kept(file) == progress_file.Kept({})


def test_two_damaged_files_in_one_second_are_both_kept(file: Path) -> None:
    file.parent.mkdir()
    for text in (b"one", b"two"):
        file.write_bytes(text)
        assert change_lab(file, "06", passed).told
    assert sorted(path.read_bytes() for path in file.parent.glob("progress-damaged-*")) == [b"one", b"two"]
    assert read_kept(file).progress["06"].state == "passed"


def _huge(path: Path) -> None:
    with path.open("wb") as out:
        out.truncate(MAX_BYTES + 1)


@pytest.mark.parametrize(
    "make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path), _huge], ids=["folder", "pipe", "loop", "huge"]
)
def test_whatever_else_stands_under_its_name_is_set_aside(make: object, file: Path) -> None:
    assert callable(make)
    file.parent.mkdir()
    make(file)
    assert change_lab(file, "06", passed).told
    assert read_kept(file) == progress_file.Kept({"06": LabProgress("passed")})
    assert len(list(file.parent.glob("progress-damaged-*"))) == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "my").write_text("a file where the folder belongs")
    with pytest.raises(OSError, match="File exists"):
        change_lab(tmp_path / "my" / ".progress.json", "06", passed)


def test_a_full_disk_keeps_the_old_file(file: Path) -> None:
    change_lab(file, "06", passed)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, old[1]))
    try:
        with pytest.raises(OSError) as caught:
            change_lab(file, "06", lambda lab: LabProgress("regressed"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.errno == errno.EFBIG
    assert read_kept(file).progress["06"].state == "passed"
    assert len(list(file.parent.iterdir())) == 2


def test_a_lock_that_stays_held_is_told_after_a_while(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_lab(file, "06", passed)
    monkeypatch.setattr(progress_file, "_PATIENCE_S", 0.05)
    with open(f"{file}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(OSError, match=r"another program holds \.progress\.json\.lock"):
            change_lab(file, "06", passed)


def test_what_something_else_wrote_is_undone(file: Path) -> None:
    change_lab(file, "06", lambda lab: LabProgress("in progress"))
    before = snapshot(file)
    file.write_text('{"06": "passed"}')
    assert restore_if_forged(file, before)
    assert file.read_bytes() == before
    file.unlink()
    assert restore_if_forged(file, before)
    file.unlink()
    file.mkdir()
    assert restore_if_forged(file, before)
    assert file.read_bytes() == before
    assert not restore_if_forged(file, before)


def test_a_folder_that_cannot_be_written_makes_no_forger_of_anybody(file: Path) -> None:
    change_lab(file, "06", passed)
    lock = file.with_name(f"{file.name}.lock")
    lock.unlink()
    lock.mkdir()  # as where the system allows no writing: no lock can be had, also not by root
    assert not restore_if_forged(file, snapshot(file))
    file.write_text('{"06": "passed"}')
    with pytest.raises(OSError, match="Is a directory"):
        restore_if_forged(file, b"")


def test_a_file_that_appears_during_a_grading_is_set_aside(file: Path) -> None:
    assert not restore_if_forged(file, None)
    file.parent.mkdir()
    file.write_text('{"06": "passed"}')
    assert restore_if_forged(file, None)
    assert not file.exists()
    assert len(list(file.parent.glob("progress-forged-*"))) == 1


def test_what_another_grader_wrote_meanwhile_stays(file: Path) -> None:
    change_lab(file, "06", passed)
    before = snapshot(file)
    change_lab(file, "07", passed)
    assert not restore_if_forged(file, before)
    assert set(read_kept(file).progress) == {"06", "07"}
    assert file.read_text(encoding="utf-8") == to_text({"06": LabProgress("passed"), "07": LabProgress("passed")})
