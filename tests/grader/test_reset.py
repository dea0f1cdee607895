"""Reset: the starter is back, and what the learner had is never lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from grader import reset as resetting
from grader.labs import Lab, LabError, find_lab
from grader.notebook import read_notebook
from grader.reset import UNCHANGED, reset

NOW = datetime(2026, 11, 24, 10, 39, 1)
MASTER = "# %%\n# BEGIN SOLUTION\nx = 1\n# BEGIN STARTER\n#: x = 0\n# END\n"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    folder = tmp_path / "06_wrap"
    folder.mkdir()
    (folder / "lab.toml").write_text('scenario = "call_site"\ntime_limit_s = 20\n')
    (folder / "master.py").write_text(MASTER)
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "06_wrap.ipynb").write_text("the learner's own")
    return find_lab("06", tmp_path)


def backups(lab: Lab) -> dict[str, str]:
    return {path.name: path.read_text() for path in (lab.working_copy.parent / "backups").glob("*")}


def agree(question: str) -> bool:
    assert question == "Put lab 06 back as it was shipped? Yours is kept in my/backups. [y/N] "
    return True


def test_the_starter_is_back_and_the_own_notebook_kept_with_its_date(lab: Lab) -> None:
    told = reset(lab, agree, NOW)
    assert read_notebook(lab.working_copy) == lab.starter
    assert backups(lab) == {"06_wrap-2026-11-24-103901.ipynb": "the learner's own"}
    assert "Yours is kept: " in told[0] and "reload it there" in told[1]


def test_a_backup_is_never_written_over(lab: Lab) -> None:
    for text in ("one", "two", "three"):
        lab.working_copy.write_text(text)
        reset(lab, agree, NOW)
    assert set(backups(lab).values()) == {"one", "two", "three"}


def test_without_a_yes_nothing_changes(lab: Lab) -> None:
    assert reset(lab, lambda question: False, NOW) == UNCHANGED
    assert lab.working_copy.read_text() == "the learner's own"
    assert backups(lab) == {}


def test_a_starter_as_shipped_needs_no_question(lab: Lab) -> None:
    reset(lab, agree, NOW)
    (told,) = reset(lab, lambda question: pytest.fail("asked"), NOW)
    assert told == "06_wrap.ipynb is as it was shipped. Nothing to do."
    assert len(backups(lab)) == 1


def test_a_notebook_that_is_not_there_is_made(lab: Lab) -> None:
    lab.working_copy.unlink()
    (told,) = reset(lab, lambda question: pytest.fail("asked"), NOW)
    assert told.startswith("You had no notebook of lab 06 yet. It is made: ")
    assert read_notebook(lab.working_copy) == lab.starter


def test_a_notebook_that_is_a_link_stays_one(lab: Lab, tmp_path: Path) -> None:
    lab.working_copy.rename(tmp_path / "elsewhere.ipynb")
    lab.working_copy.symlink_to(tmp_path / "elsewhere.ipynb")
    reset(lab, agree, NOW)
    assert lab.working_copy.is_symlink()
    assert read_notebook(tmp_path / "elsewhere.ipynb") == lab.starter
    assert list(backups(lab).values()) == ["the learner's own"]


def _into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _into_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("turn", [_into_a_folder, _into_a_pipe])
def test_what_is_no_file_is_told_and_left_alone(turn: Callable[[Path], None], lab: Lab) -> None:
    turn(lab.working_copy)
    with pytest.raises(LabError, match=r"06_wrap\.ipynb cannot be reset: .*\. It is as it was\."):
        reset(lab, agree, NOW)
    assert not lab.working_copy.is_file()


@pytest.mark.parametrize("step", ["write_new", "write_whole"])
def test_a_full_disk_leaves_the_own_notebook_as_it_was(step: str, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(resetting, step, full)
    with pytest.raises(LabError, match="No space left on device"):
        reset(lab, agree, NOW)
    assert lab.working_copy.read_text() == "the learner's own"
