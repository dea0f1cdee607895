"""The map: one screen for a whole course, and one next step."""

from __future__ import annotations

import pytest

from grader.lab_map import Row, map_lines
from grader.progress import LabProgress

PASSED = LabProgress("passed", best=8, checks=8)


def row(number: int, progress: LabProgress = PASSED, title: str = "Wrap one call site") -> Row:
    return Row(f"{number:02}", title, 7, 20, f"labs/my/{number:02}_lab.ipynb", progress)


def texts(*rows: Row) -> list[str]:
    return [text for text, _ in map_lines(rows)]


def test_a_course_of_fourteen_labs_fits_one_screen() -> None:
    states = (PASSED, LabProgress("regressed", best=12, checks=12), LabProgress("in progress", best=10, checks=12))
    lines = texts(
        *(row(number, states[number % 3], "A lesson with quite a long title " * 3) for number in range(1, 15))
    )
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_a_narrow_terminal_shortens_titles_and_keeps_states() -> None:
    lines = [text for text, _ in map_lines([row(6), row(7, LabProgress("in progress", best=3, checks=9))], 40)]
    assert max(map(len, lines[:3])) <= 40
    assert lines[1].endswith("passed") and lines[2].endswith("3/9  in progress")


def test_a_lab_says_minutes_checks_and_state_with_a_sign_that_needs_no_colour() -> None:
    unread = Row("07", "Count", None, 15, "n", LabProgress())
    half = row(8, LabProgress("in progress", best=3, checks=9))
    fallen = row(9, LabProgress("regressed", best=9, checks=9))
    found = [line.split() for line in texts(row(6), unread, half, fallen)[1:5]]
    assert found[0] == ["✓", "06", "Wrap", "one", "call", "site", "7+20", "8/8", "passed"]
    assert found[1] == ["·", "07", "Count", "15", "not", "started"]
    assert found[2][0] == "~" and found[2][-3:] == ["3/9", "in", "progress"]
    assert found[3][0] == "✗" and found[3][-2:] == ["9/9", "regressed"]


BEGUN = LabProgress("in progress")
STUCK = LabProgress("in progress", stuck_on="one_span")


NEXT = {
    "There are no labs here.": (),
    "All labs are passed.": (row(6), row(7)),
    "Next: open lab 07 in JupyterLab, then type: grade 07\n  labs/my/07_lab.ipynb": (row(6), row(7, LabProgress())),
    "Next: go on with lab 07, save, then type: grade 07\n  labs/my/07_lab.ipynb": (
        row(6, LabProgress()),
        row(7, BEGUN),
    ),
    "Next: go on with lab 06, save, then type: grade 06 (stuck? grade 06 --hint)\n  labs/my/06_lab.ipynb": (
        row(6, STUCK),
    ),
    "Next: lab 07 was passed once and is not now. See why: grade 07": (row(6, BEGUN), row(7, LabProgress("regressed"))),
}


@pytest.mark.parametrize("told", NEXT)
def test_there_is_one_next_step(told: str) -> None:
    assert "\n".join(texts(*NEXT[told])[len(NEXT[told]) + 2 :]) == told
