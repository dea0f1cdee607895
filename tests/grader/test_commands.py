"""The map, hints, solution and reset as a person types them, one after the other."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from grader.labs import find_lab
from grader.notebook import to_notebook
from grader.progress import LabProgress
from grader.progress_file import change_lab, read_kept
from grader.solutions import right_solutions
from tests.grader.conftest import Grade

COPY = "06_wrap_one_call_site.ipynb"
REFERENCE = to_notebook(find_lab("06").reference)
WRONG = REFERENCE.replace(", kind=SpanKind.CLIENT", "")
STUCK = LabProgress("in progress", tries=1, best=7, checks=8, stuck_on="says_what_it_is")


def words(text: str) -> str:
    return " ".join(text.split())


def put(labs: Path, lab: LabProgress) -> None:
    change_lab(labs / "my" / ".progress.json", "06", lambda before: lab)


def kept(labs: Path) -> LabProgress:
    return read_kept(labs / "my" / ".progress.json").progress["06"]


def test_a_failed_grading_leads_to_hints_that_are_remembered_and_cost_no_try(
    grade: Grade, labs: Path, solved: Path
) -> None:
    solved.write_text(WRONG, encoding="utf-8")
    assert grade("06").code == 1
    said = [grade("06", "--hint") for _ in range(3)]
    assert [answer.code for answer in said] == [0, 0, 0]
    assert [answer.out.count("  hint ") for answer in said] == [2, 3, 3]
    assert "✗ Each chat span is a CLIENT span" in said[0].out
    assert "These are all." in said[2].out
    found = kept(labs)
    assert (found.hints, found.tries, found.best) == ({"says_what_it_is": 3}, 1, 7)
    assert "stuck? grade 06 --hint" in grade().out


def test_without_a_grading_there_is_no_hint(grade: Grade, labs: Path) -> None:
    said = grade("6", "--hint")
    assert said.code == 1
    assert "Nothing was graded yet." in said.out
    assert not (labs / "my").exists()


def test_the_solution_counts_down_then_shows_and_never_writes(grade: Grade, labs: Path, solved: Path) -> None:
    solved.write_text(WRONG, encoding="utf-8")
    put(labs, STUCK)
    said = grade("06", "--solution")
    assert (said.code, said.out) == (1, "The solution shows after a pass, or after 2 more tries. A try: grade 06\n")
    put(labs, LabProgress("in progress", tries=3))
    said = grade("06", "--solution")
    assert said.code == 0
    assert "Task 4: what went wrong: as in the reference" in said.out
    assert "+         kind=SpanKind.CLIENT) as span:" in said.out
    assert f"Other right ways: {', '.join(right_solutions(find_lab('06')))}." in words(said.out)
    assert max(map(len, said.out.replace(str(labs), "").splitlines())) <= 80
    assert solved.read_text(encoding="utf-8") == WRONG


def test_a_solution_is_shown_alone_where_there_is_no_notebook_to_lay_beside_it(grade: Grade, labs: Path) -> None:
    (labs / "my").mkdir()
    put(labs, LabProgress("passed"))
    said = grade("06", "--solution")
    assert said.code == 0
    assert said.out.count("(your notebook has no such cell)") == 5
    assert "There is no notebook at" in said.err
    assert not (labs / "my" / COPY).exists()


def test_reset_asks_nobody_without_a_terminal_and_obeys_yes(grade: Grade, labs: Path, solved: Path) -> None:
    said = grade("06", "--reset")
    assert (said.code, said.out) == (2, "")
    assert "grade 06 --reset --yes" in said.err
    assert solved.read_text(encoding="utf-8") == REFERENCE
    assert grade("06", "--reset", "--yes").code == 0
    assert solved.read_text(encoding="utf-8") == to_notebook(find_lab("06").starter)
    (backup,) = (labs / "my" / "backups").iterdir()
    assert backup.read_text(encoding="utf-8") == REFERENCE


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("Yes\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 1)])
def test_reset_asks_on_a_terminal(answer: str, code: int, labs: Path, solved: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "grader", "06", "--reset"]
    program = subprocess.Popen(command, stdin=theirs, stdout=theirs, env=os.environ | {"GRADE_LABS": str(labs)})
    os.write(ours, answer.encode())
    assert program.wait(timeout=60) == code
    os.close(theirs)
    os.close(ours)
    assert (solved.read_text(encoding="utf-8") != REFERENCE) == (code == 0)


@pytest.mark.parametrize("way", ["--hint", "--solution", "--reset", "--watch"])
def test_a_lab_that_is_not_there_is_told_by_every_way(way: str, grade: Grade) -> None:
    said = grade("77", way, *(("--yes",) if way == "--reset" else ()))
    assert said.code == 2
    assert "There is no lab 77. There are: 06" in said.err


def test_a_damaged_progress_file_is_told_by_the_map_and_kept(grade: Grade, labs: Path) -> None:
    (labs / "my").mkdir()
    (labs / "my" / ".progress.json").write_text("{ half", encoding="utf-8")
    said = grade()
    assert said.code == 0
    assert "not started" in said.out
    assert "Your progress file could not be read. It is kept as progress-damaged-" in words(said.err)
    assert grade().err == ""


def test_an_old_progress_file_is_read_and_kept_in_the_new_form(grade: Grade, labs: Path, solved: Path) -> None:
    (labs / "my" / ".progress.json").write_text('{"06": "in progress"}', encoding="utf-8")
    assert "in progress" in grade().out
    assert grade("06").code == 0
    text = json.loads((labs / "my" / ".progress.json").read_text(encoding="utf-8"))
    assert (text["version"], text["labs"]["06"]["state"]) == (2, "passed")
