"""The judge: notebook in, report out, whatever the run came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.judge import Grading, grade_by, grade_cells, judge
from grader.labs import Lab, find_lab
from grader.notebook import Cell
from grader.ran import Ran, RunError
from grader.telemetry import Telemetry, TelemetryError
from grader.truth import Ledger
from tests.grader.samples import asked, attempt, span

LAB: Lab = find_lab("06")
NOTHING = Ran("done", "", Telemetry(), Ledger())
ATTRIBUTES = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "lumen",
    "gen_ai.request.model": "lumen-mid",
    "gen_ai.response.model": "lumen-mid-2026-09-02",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 20,
    "gen_ai.prompt.name": "support-answer",
    "gen_ai.prompt.version": "v7",
    "app.prompt.hash": "0123456789abcdef",
}
TRUTH = Ledger((asked(),), (attempt(),))


def emitted(**changes: object) -> Telemetry:
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return Telemetry((span(attributes={k: v for k, v in (ATTRIBUTES | named).items() if v is not None}),))


def by(ran: Callable[[tuple[Cell, ...]], Ran], *cells: Cell) -> Grading:
    return grade_by(ran, LAB, cells or LAB.reference, 7)


def told(error: Exception) -> Callable[[tuple[Cell, ...]], Ran]:
    def run(cells: tuple[Cell, ...]) -> Ran:
        raise error

    return run


def never(cells: tuple[Cell, ...]) -> Ran:
    raise AssertionError("this notebook must not run")


def test_telemetry_that_says_what_happened_passes() -> None:
    report = judge("06", LAB.checks_file, emitted(), TRUTH)
    assert report.verdict == "passed", [result for result in report.checks if result.outcome != "passed"]
    assert [result.lesson[0] for result in report.checks] == ["#"] * len(report.checks)
    assert (report.message, report.notes, report.practice) == ("", (), False)


def test_lessons_are_linked_as_the_caller_says() -> None:
    report = judge("06", LAB.checks_file, emitted(), TRUTH, lambda lab, anchor: f"lessons/{lab}{anchor}")
    assert report.checks[0].lesson == "lessons/06#one-span-per-attempt"


def test_one_wrong_value_fails_its_own_check_alone() -> None:
    report = judge("06", LAB.checks_file, emitted(gen_ai__usage__input_tokens=120), TRUTH)
    assert report.verdict == "failed"
    assert [result.id for result in report.checks if result.outcome != "passed"] == ["carries_tokens"]


def test_an_accepted_older_name_passes_with_a_note() -> None:
    telemetry = emitted(gen_ai__provider__name=None, gen_ai__system="lumen")
    report = judge("06", LAB.checks_file, telemetry, TRUTH)
    assert report.verdict == "passed"
    assert report.notes == ("`gen_ai.system` is accepted; today's name is `gen_ai.provider.name`.",)


def test_no_telemetry_fails_and_says_where_to_look() -> None:
    report = judge("06", LAB.checks_file, Telemetry(), TRUTH)
    assert report.verdict == "failed"
    assert report.message == "No telemetry arrived. Does the notebook call record() and serve()?"
    assert [result.outcome for result in report.checks] == ["failed"] + ["blocked"] * (len(report.checks) - 1)


def test_nothing_asked_and_nothing_emitted_is_no_pass() -> None:
    assert judge("06", LAB.checks_file, Telemetry(), Ledger()).verdict == "failed"
    assert judge("06", LAB.checks_file, emitted(), Ledger()).verdict == "failed"


@pytest.mark.parametrize("value", [["chat"], {"a": ["b"]}, b"x", 7, True, float("nan"), "", "\ud800"])
@pytest.mark.parametrize("name", [name for name in ATTRIBUTES if name != "app.prompt.hash"])
def test_a_value_of_any_type_is_a_failed_check_and_no_fault_of_the_grader(name: str, value: object) -> None:
    report = judge("06", LAB.checks_file, emitted(**{name.replace(".", "__"): value}), TRUTH)
    assert report.verdict == "failed"


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
    assert report.message.startswith("Nothing is changed yet. Begin with task 1 in 06_")
    assert {result.outcome for result in report.checks} == {"blocked"}


def test_a_notebook_without_python_cannot_be_graded() -> None:
    report = by(never, Cell("markdown", "words", 1), Cell("code", "%%bash\nls", 2)).report
    assert (report.verdict, report.exit_code) == ("cannot-grade", 3)
    assert report.skipped_lines == ("cell 2: %%bash (the whole cell)",)


@pytest.mark.parametrize(
    ("error", "verdict", "message"),
    [
        (RunError("No simulator."), "cannot-grade", "No simulator."),
        (TelemetryError("Line 1."), "tampered", "Line 1. Only OpenTelemetry's exporters may write it."),
    ],
)
def test_a_run_that_cannot_be_judged_still_has_its_report(error: Exception, verdict: str, message: str) -> None:
    report = by(told(error)).report
    assert (report.verdict, report.message) == (verdict, message)
    assert {result.outcome for result in report.checks} == {"blocked"}
    assert report.skipped_lines == ("cell 19: !grade 06",)


@pytest.mark.parametrize("ending", ["timeout", "crashed"])
def test_a_run_that_did_not_finish_keeps_its_reason_and_its_telemetry(ending: str) -> None:
    grading = by(lambda cells: replace(NOTHING, ending=ending, message="Cell 3.", raw=b"{}"))
    assert (grading.report.verdict, grading.report.message, grading.telemetry) == (ending, "Cell 3.", b"{}")
    assert {result.blocked_by for result in grading.report.checks} == {"the notebook did not finish"}


def test_the_starter_with_one_honest_step_is_judged() -> None:
    cells = changed('return ""', 'return "x"')
    report = by(lambda cells: replace(NOTHING, ledger=TRUTH), *cells).report
    assert (report.verdict, report.seed) == ("failed", 7)
    assert report.seconds >= 0


def test_a_short_time_limit_is_kept() -> None:
    report = grade_cells(LAB, (Cell("code", "while True: pass", 1),), 7, time_limit_s=0.7).report
    assert (report.verdict, report.exit_code) == ("timeout", 1)
    assert "0.7 s" in report.message
