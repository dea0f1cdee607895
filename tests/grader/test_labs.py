"""Labs on disk: found by their folders, told when they are not whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.labs import LabError, build_starters, ensure_working_copy, find_lab, find_labs, labs_root
from grader.notebook import read_notebook

MASTER = "# %%\n# BEGIN SOLUTION\nx = 1\n# BEGIN STARTER\n#: x = 0\n# END\n"


def make(root: Path, name: str, table: str = 'scenario = "call_site"\ntime_limit_s = 20\n') -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "lab.toml").write_text(table, encoding="utf-8")
    (folder / "master.py").write_text(MASTER, encoding="utf-8")
    return folder


def test_labs_are_found_in_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("14_dashboard", "06_wrap"):
        make(tmp_path, name)
    (tmp_path / "07_in_the_making").mkdir()
    make(tmp_path, "capstone")
    assert [lab.number for lab in find_labs(tmp_path)] == ["06", "14"]
    assert find_labs(tmp_path / "nothing") == ()


@pytest.mark.parametrize("typed", ["6", "06"])
def test_a_lab_is_found_by_its_number(typed: str, tmp_path: Path) -> None:
    folder = make(tmp_path, "06_wrap")
    lab = find_lab(typed, tmp_path)
    assert (lab.folder, lab.scenario, lab.time_limit_s) == (folder, "call_site", 20.0)
    assert lab.working_copy == tmp_path / "my" / "06_wrap.ipynb"
    assert lab.checks_file == folder / "checks.py"


@pytest.mark.parametrize("typed", ["7", "abc", "", "-1", "../06", "٠٦"])
def test_a_lab_that_is_not_there_is_told_with_those_that_are(typed: str, tmp_path: Path) -> None:
    make(tmp_path, "06_wrap")
    with pytest.raises(LabError, match=rf"There is no lab {typed}. There are: 06. Type `grade` to see them"):
        find_lab(typed, tmp_path)
    with pytest.raises(LabError, match="There are: none"):
        find_lab("06", tmp_path / "nothing")


@pytest.mark.parametrize(
    "table", ["", "scenario = 1", "= 3", 'scenario = "a"\ntime_limit_s = "soon"', 'scenario = "a"\ntime_limit_s = []']
)
def test_a_lab_that_is_not_whole_is_told_by_its_file(table: str, tmp_path: Path) -> None:
    make(tmp_path, "06_wrap", table)
    with pytest.raises(LabError, match=r"06_wrap/lab\.toml needs a scenario and a time_limit_s"):
        find_labs(tmp_path)


def test_a_lab_takes_twenty_minutes_unless_it_says_otherwise(tmp_path: Path) -> None:
    make(tmp_path, "06_wrap")
    make(tmp_path, "07_count", 'scenario = "call_site"\ntime_limit_s = 20\nminutes = 35\n')
    assert [lab.minutes for lab in find_labs(tmp_path)] == [20, 35]


def test_starter_and_reference_come_from_one_master(tmp_path: Path) -> None:
    make(tmp_path, "06_wrap")
    lab = find_lab("06", tmp_path)
    assert [cell.source for cell in lab.starter] == ["x = 0"]
    assert [cell.source for cell in lab.reference] == ["x = 1"]


def test_the_working_copy_is_made_once_and_then_left_alone(tmp_path: Path) -> None:
    make(tmp_path, "06_wrap")
    lab = find_lab("06", tmp_path)
    path = ensure_working_copy(lab)
    assert read_notebook(path) == lab.starter
    path.write_text("the learner's own", encoding="utf-8")
    assert ensure_working_copy(lab).read_text(encoding="utf-8") == "the learner's own"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    make(tmp_path, "06_wrap")
    (tmp_path / "my").write_text("a file where the folder belongs")
    with pytest.raises(LabError, match=r"Your copy of lab 06 cannot be written to .*my: "):
        ensure_working_copy(find_lab("06", tmp_path))


def test_starters_are_written_beside_their_masters(tmp_path: Path) -> None:
    folder = make(tmp_path, "06_wrap")
    assert build_starters(tmp_path) == (folder / "lab.ipynb",)
    assert [cell.source for cell in read_notebook(folder / "lab.ipynb")] == ["x = 0"]


def test_another_root_may_be_named_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADE_LABS", os.fspath(tmp_path))
    assert labs_root() == tmp_path
    monkeypatch.setenv("GRADE_LABS", "")
    assert labs_root().name == "labs"
