"""Installing: nothing half-made is trusted, and pip is told in words a person can use."""

import io
import sys
from pathlib import Path

import pytest

import install
import needs
import packages
import rooms
import stamp
from progress import Progress


def test_the_stamp_changes_with_lock_project_and_folder() -> None:
    base = stamp.fingerprint(b"lock", b"project", "/a")
    others = {
        stamp.fingerprint(b"lock2", b"project", "/a"),
        stamp.fingerprint(b"lock", b"project2", "/a"),
        stamp.fingerprint(b"lock", b"project", "/b"),
    }
    assert len(others | {base}) == 4


def test_a_venv_with_another_python_is_kept_and_said() -> None:
    line = stamp.other_python_line("home = /x\nversion = 3.11.7\n", (3, 13))
    assert line == ".venv has Python 3.11 and keeps it. For Python 3.13, delete .venv first."
    assert stamp.other_python_line("version = 3.13.0\n", (3, 13)) == ""


def test_a_venv_made_by_something_else_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(rooms, "OWN", tmp_path / ".venv" / "house")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    with pytest.raises(needs.CannotStart, match="was not made by this course"):
        install.make_room()
    (tmp_path / ".venv" / "house").mkdir()
    install.make_room()
    assert not (tmp_path / ".venv").exists()


def test_without_a_stamp_nothing_counts_as_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "STAMP", tmp_path / "installed")
    assert not stamp.is_installed()
    (tmp_path / "installed").write_text("the stamp of another lock", encoding="utf-8")
    assert not stamp.is_installed()


def test_the_right_stamp_with_a_python_that_starts_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "STAMP", tmp_path / "installed")
    monkeypatch.setattr(rooms, "PYTHON", Path(sys.executable))
    (tmp_path / "installed").write_text(stamp.wanted(), encoding="utf-8")
    assert stamp.is_installed()
    monkeypatch.setattr(rooms, "PYTHON", tmp_path / "python-that-went-away")
    assert not stamp.is_installed()


def test_the_two_parts_of_the_lock_are_the_whole_lock() -> None:
    lock = rooms.LOCK.read_text(encoding="utf-8")
    first, rest = packages.parts(lock)
    assert first.requirements + rest.requirements == lock
    assert "mkdocs-material==" in first.requirements
    assert "jupyterlab==" in rest.requirements
    assert first.count > 50
    assert rest.count > 50


def test_progress_is_told_from_what_pip_says() -> None:
    fetching = "Ignoring appnope: markers\nCollecting a==1\n  Downloading a\nCollecting b==2\n"
    assert packages.how_far(fetching, 4, 0) == "2 of 3 fetched"
    assert packages.how_far(fetching + "Installing collected packages: a, b, c\n", 4, 2) == "2 of 3 in place"


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("ERROR: No matching distribution found for attrs==26.1.0", "Check the network"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "Free some space"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "Do not install it"),
        ("something new", "the log says why"),
    ],
)
def test_a_failed_pip_becomes_one_line(said: str, advice: str) -> None:
    assert advice in packages.trouble(said)
    assert "\n" not in packages.trouble(said)


def test_a_log_is_told_about_a_running_step_every_ten_seconds() -> None:
    now_s = 0.0
    out = io.StringIO()
    progress = Progress(out, lambda: now_s)
    for second in range(25):
        now_s = float(second)
        progress.running(f"step {second}")
    assert out.getvalue().splitlines() == ["[  0 s] step 0", "[ 10 s] step 10", "[ 20 s] step 20"]
