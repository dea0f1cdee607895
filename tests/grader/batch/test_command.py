"""The command line of `grade batch`, and merging."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.labs import find_lab
from grader.notebook import to_notebook
from tests.grader.conftest import Grade


@pytest.fixture
def one(tmp_path: Path) -> Path:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "06_ada.ipynb").write_text(to_notebook(find_lab("06").reference))
    return folder


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("one",), "--out"),
        (("one", "--out", "o", "--jobs", "0"), "--jobs takes a number above 0"),
        (("one", "--out", "o", "--time-limit", "-1"), "--time-limit takes a number of seconds above 0"),
        (("one", "--out", "o", "--lab", "99"), "There is no lab 99"),
        (("nowhere", "--out", "o"), "cannot be read: No such file"),
        (("one", "--out", "o", "--what"), "grade batch --help"),
    ],
)
def test_what_cannot_be_meant_is_told(
    arguments: tuple[str, ...], told: str, one: Path, tmp_path: Path, grade: Grade
) -> None:
    said = grade("batch", *arguments, cwd=tmp_path)
    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_the_help_fits_one_screen(grade: Grade) -> None:
    said = grade("batch", "--help")
    assert said.code == 0
    assert all(len(line) <= 80 for line in said.out.splitlines()) and len(said.out.splitlines()) < 24


def test_the_same_seed_repeats_a_grading(one: Path, tmp_path: Path, grade: Grade) -> None:
    for out in ("first", "second"):
        assert grade("batch", "one", "--out", out, "--seed", "5", cwd=tmp_path).code == 0
    first, second = (
        json.loads((tmp_path / out / "results" / "ada-06.json").read_text()) for out in ("first", "second")
    )
    assert first.pop("seconds") != 0 and second.pop("seconds") != 0
    assert first == second and first["seed"] == 5


def test_another_seed_or_time_limit_is_another_grading(one: Path, tmp_path: Path, grade: Grade) -> None:
    for more in (("--seed", "5"), ("--seed", "6"), ("--seed", "6", "--time-limit", "30")):
        assert "as before" not in grade("batch", "one", "--out", "out", *more, cwd=tmp_path).out
    assert "as before" in grade("batch", "one", "--out", "out", *more, cwd=tmp_path).out


def test_a_batch_counts_nobodys_progress(one: Path, tmp_path: Path, labs: Path, grade: Grade) -> None:
    grade("batch", "one", "--out", "out", cwd=tmp_path)
    assert not (labs / "my").exists()


def test_merged_results_are_those_of_one_class(one: Path, tmp_path: Path, grade: Grade) -> None:
    two = tmp_path / "two"
    two.mkdir()
    (two / "06_bob.ipynb").write_text("{")
    assert grade("batch", "one", "--out", "out1", cwd=tmp_path).code == 0
    assert grade("batch", "two", "--out", "out2", cwd=tmp_path).code == 3
    said = grade("batch", "merge", "out1", "out2", "--out", "all", cwd=tmp_path)
    assert said.code == 3
    assert "1 of 2 submissions passed" in said.out
    merged = json.loads((tmp_path / "all" / "summary.json").read_text())
    assert [entry["learner"] for entry in merged["submissions"]] == ["ada", "bob"]
    for name in ("ada-06", "bob-06"):
        assert (tmp_path / "all" / "gradescope" / name / "results.json").exists()


def test_of_two_results_the_one_named_later_counts_and_that_is_told(one: Path, tmp_path: Path, grade: Grade) -> None:
    for out in ("out1", "out2"):
        grade("batch", "one", "--out", out, cwd=tmp_path)
    said = grade("batch", "merge", "out1", "out2", "--out", "all", cwd=tmp_path)
    assert "the result in out2 counts" in said.err
    later, merged = ((tmp_path / out / "results" / "ada-06.json").read_text() for out in ("out2", "all"))
    assert later == merged


def test_what_is_no_result_is_left_out_and_told(one: Path, tmp_path: Path, grade: Grade) -> None:
    grade("batch", "one", "--out", "out1", cwd=tmp_path)
    results = tmp_path / "out2" / "results"
    results.mkdir(parents=True)
    (results / "half.json").write_text('{"lab": "06"')
    (results / "a b.json").write_text((tmp_path / "out1" / "results" / "ada-06.json").read_text())
    said = grade("batch", "merge", "out1", "out2", "--out", "all", cwd=tmp_path)
    assert said.code == 3
    assert said.err.count("is left out") == 2
    assert [file.name for file in (tmp_path / "all" / "results").glob("*.json")] == ["ada-06.json"]


def test_nothing_to_merge_is_told(tmp_path: Path, grade: Grade) -> None:
    said = grade("batch", "merge", "nowhere", "--out", "all", cwd=tmp_path)
    assert (said.code, "There are no results in nowhere" in said.err) == (3, True)
