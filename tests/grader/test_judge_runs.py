"""The judge before and after a run: what is not run, what did not finish, and a report each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.judge import Grading, grade_by, grade_cells
from grader.labs import find_lab
from grader.notebook import Cell
from grader.ran import Ran, RunError
from grader.telemetry import Telemetry
from grader.truth import Ledger
from tests.grader.samples import asked, attempt

LAB = find_lab("06")

NOTHING = Ran("done", "", Telemetry(), Ledger())
TRUTH = Ledger((asked(),), (attempt(),))


def by(ran: Callable[[tuple[Cell, ...]], Ran], *cells: Cell) -> Grading:
    return grade_by(ran, LAB, cells or LAB.reference, 7)


def told(error: Exception) -> Callable[[tuple[Cell, ...]], Ran]:
    def run(cells: tuple[Cell, ...]) -> Ran:
        raise error

    return run


def never(cells: tuple[Cell, ...]) -> Ran:
    raise AssertionError("this notebook must not run")


def changed(old: str, new: str) -> tuple[Cell, ...]:
    return tuple(replace(cell, source=cell.source.replace(old, new)) for cell in LAB.starter)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(LAB.starter, id="as shipped"),
        pytest.param(changed("# TODO 1", "# To do, first"), id="a comment changed"),
        pytest.param(changed(" = ", "  =  "), id="spaces changed"),
        pytest.param((*LAB.starter, Cell("code", "", 40), Cell("markdown", "mine", 41)), id="cells without code"),
    ],
)
def test_the_starter_is_not_attempted_and_does_not_run(cells: tuple[Cell, ...]) -> None:
    report = by(never, *cells).report
    assert (report.verdict, report.exit_code, report.seed) == ("not-attempted", 1, 7)
    assert report.message.startswith("Nothing is changed yet. Begin with task 1 of the notebook")
    assert {result.outcome for result in report.checks} == {"blocked"}


def test_a_notebook_without_python_cannot_be_graded() -> None:
    report = by(never, Cell("markdown", "words", 1), Cell("code", "%%bash\nls", 2)).report
    assert (report.verdict, report.exit_code) == ("cannot-grade", 3)
    assert report.skipped_lines == ("cell 2: %%bash (the whole cell)",)


def test_a_run_that_cannot_be_set_up_still_has_its_report() -> None:
    report = by(told(RunError("No simulator."))).report
    assert (report.verdict, report.message) == ("cannot-grade", "No simulator.")
    assert {result.outcome for result in report.checks} == {"blocked"}
    assert report.skipped_lines == ("cell 19: !grade 06",)


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        ("timeout", "the notebook did not finish"),
        ("crashed", "the notebook did not finish"),
        ("tampered", "the telemetry cannot be read"),
    ],
)
def test_a_run_without_a_good_end_keeps_its_reason_and_its_telemetry(ending: str, why: str) -> None:
    grading = by(lambda cells: replace(NOTHING, ending=ending, message="Cell 3.", raw=b"{}"))
    assert (grading.report.verdict, grading.report.message, grading.telemetry) == (ending, "Cell 3.", b"{}")
    assert {result.blocked_by for result in grading.report.checks} == {why}


def test_the_starter_with_one_honest_step_is_judged() -> None:
    cells = changed('return ""', 'return "x"')
    report = by(lambda cells: replace(NOTHING, ledger=TRUTH), *cells).report
    assert (report.verdict, report.seed) == ("failed", 7)
    assert report.seconds >= 0


def test_a_short_time_limit_is_kept() -> None:
    report = grade_cells(LAB, (Cell("code", "while True: pass", 1),), 7, time_limit_s=0.7).report
    assert (report.verdict, report.exit_code) == ("timeout", 1)
    assert "0.7 s" in report.message
