"""`grade init DIR`: the labs in a folder of one's own, found from inside it, and nothing written over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.labs import MARKER, LabError, find_lab, labs_root, own_labs
from grader.own_folder import fill, main
from tests.grader.conftest import Said


def run(folder: Path, *arguments: str) -> Said:
    variables = {name: text for name, text in os.environ.items() if name != "GRADE_LABS"}
    command = [sys.executable, "-m", "grader", *arguments]
    ran = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=120)
    return Said(ran.returncode, ran.stdout, ran.stderr)


def test_the_labs_are_found_from_inside_and_graded_there(tmp_path: Path) -> None:
    said = run(tmp_path, "init", "mine")
    assert (said.code, said.err) == (0, "")
    assert "Next: cd mine, then: jupyter lab my" in said.out
    deep = tmp_path / "mine" / "my"
    assert (deep / "06_wrap_one_call_site.ipynb").is_file()
    assert (
        "06_wrap_one_call_site.ipynb"
        in run(
            deep,
        ).out
    )
    assert run(deep, "06", "--reference").code == 0
    assert run(deep, "06").code == 1
    assert (deep / "runs").exists() is False and (deep / ".progress.json").exists()


def test_what_is_there_stays_as_it_is_and_what_is_missing_comes_back(tmp_path: Path) -> None:
    fill(tmp_path, own_labs())
    lab = find_lab("06", tmp_path)
    lab.working_copy.write_text("mine")
    (tmp_path / "README.md").write_text("mine too")
    lab.checks_file.unlink()
    written, kept = fill(tmp_path, own_labs())
    assert written == 1 and kept > 5
    assert lab.working_copy.read_text() == "mine"
    assert (tmp_path / "README.md").read_text() == "mine too"
    assert lab.checks_file.is_file()


def test_nothing_of_a_build_is_copied(tmp_path: Path) -> None:
    fill(tmp_path, own_labs())
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".pyc" or path.name == "__pycache__"]
    assert (tmp_path / MARKER).is_file()


def test_a_marked_folder_counts_from_inside_and_below_and_the_variable_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADE_LABS", raising=False)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert labs_root() == own_labs()
    (tmp_path / "a" / MARKER).touch()
    assert labs_root() == tmp_path / "a"
    monkeypatch.setenv("GRADE_LABS", "elsewhere")
    assert labs_root() == Path("elsewhere")


def test_a_folder_that_somebody_else_marked_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADE_LABS", raising=False)
    (tmp_path / MARKER).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "getuid", lambda: (tmp_path / MARKER).stat().st_uid + 1)
    assert labs_root() == own_labs()


@pytest.mark.parametrize("arguments", [(), ("a", "b"), ("--help",), ("",)])
def test_wrong_usage_is_one_line_that_says_what_to_type(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == "grade init: name one folder, for example: grade init observability-labs\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main((str(tmp_path / "file"),)) == 3
    assert "cannot be made into a folder of labs: " in " ".join(capsys.readouterr().err.split())


def test_the_courses_own_folder_is_not_made_into_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main((str(own_labs()),)) == 3
    assert "Name another." in " ".join(capsys.readouterr().err.split())
    assert not (own_labs() / MARKER).exists()


@pytest.mark.parametrize("inside", ["..", "my", "my/labs"])
def test_nor_is_the_folder_around_it_or_one_inside_it(inside: str, tmp_path: Path) -> None:
    course = tmp_path / "course" / "labs"
    course.mkdir(parents=True)
    for lab in own_labs().glob("[0-9][0-9]_*"):
        (course / lab.name).symlink_to(lab, target_is_directory=True)
    with pytest.raises(LabError, match="Name another"):
        fill(course / inside, course)
    assert [path.name for path in (tmp_path / "course").iterdir()] == ["labs"]
    assert not (course / "my").exists()


def test_who_stands_in_the_folder_is_not_sent_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main((".",)) == 0
    assert "Next: jupyter lab my." in capsys.readouterr().out
