"""The front desk: what is graded, what is kept, and a report whatever goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import desk
from grader.desk import Order
from grader.judge import Grading
from grader.labs import Lab, find_lab
from grader.notebook import Cell
from grader.progress import LabProgress
from grader.progress_file import change_lab, read_kept
from grader.ran import GraderError
from grader.report import Report, from_json
from tests.grader.sample_files import notebook_file
from tests.grader.samples import result

LAB = find_lab("06")
PASSED = Grading(Report("06", "passed", 7, 0.1), b"{}\n")


@pytest.fixture
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A labs folder of its own that links to the real lab 06."""
    (tmp_path / LAB.folder.name).symlink_to(LAB.folder, target_is_directory=True)
    monkeypatch.setenv("GRADE_LABS", str(tmp_path))
    return tmp_path


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Cell, ...]]:
    """The cells that the judge was given; it passes all of them."""
    given: list[tuple[Cell, ...]] = []

    def grade_cells(lab: Lab, cells: tuple[Cell, ...], seed: int, **options: object) -> Grading:
        given.append(cells)
        return PASSED

    monkeypatch.setattr(desk, "grade_cells", grade_cells)
    return given


def test_the_working_copy_is_graded_and_made_if_need_be(labs: Path, seen: list[tuple[Cell, ...]]) -> None:
    grading, code = desk.grade(Order("6", 7, True))
    assert code == 0
    assert seen == [LAB.starter]
    assert grading.report.saved.startswith(f"{LAB.folder.name}.ipynb, saved ")
    assert (labs / "my" / f"{LAB.folder.name}.ipynb").is_file()


def test_another_notebook_or_the_reference_may_be_graded(
    labs: Path, seen: list[tuple[Cell, ...]], tmp_path: Path
) -> None:
    mine = notebook_file(tmp_path / "mine.ipynb", "x = 1")
    other, _ = desk.grade(Order("06", 7, True, notebook=mine))
    reference, _ = desk.grade(Order("06", 7, False, reference=True))
    assert seen == [(Cell("code", "x = 1", 1),), LAB.reference]
    assert other.report.saved.startswith("mine.ipynb, saved ")
    assert reference.report.saved == "reference solution"
    assert not (labs / "my").exists()


def test_a_lab_that_is_not_there_is_wrong_usage_with_a_report(labs: Path) -> None:
    grading, code = desk.grade(Order("7", 7, True))
    assert (code, grading.report.verdict) == (2, "cannot-grade")
    assert "There are: 06" in grading.report.message


@pytest.mark.parametrize("content", [None, "", "no json"])
def test_a_notebook_that_cannot_be_read_is_a_report(content: str | None, labs: Path, tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    if content is not None:
        file.write_text(content)
    grading, code = desk.grade(Order("6", 7, True, notebook=file))
    assert (code, grading.report.verdict, grading.report.lab, grading.report.saved) == (3, "cannot-grade", "06", "")
    assert "n.ipynb" in grading.report.message


def test_a_grader_that_fails_says_that_it_was_not_the_learner(labs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def grade_cells(*arguments: object, **options: object) -> Grading:
        raise GraderError("check x broke")

    monkeypatch.setattr(desk, "grade_cells", grade_cells)
    grading, code = desk.grade(Order("06", 7, True))
    assert code == 3
    assert grading.report.message == "The grader failed, not you. Please report this: check x broke"


def states() -> dict[str, str]:
    return {number: lab.state for number, lab in read_kept(desk.progress_file()).progress.items()}


def test_a_grading_that_counts_keeps_progress_telemetry_and_report(labs: Path) -> None:
    assert desk.keep(Order("06", 7, True), PASSED) == ()
    assert states() == {"06": "passed"}
    kept = {path.name: path.read_bytes() for path in (labs / "my" / "runs" / "06-graded").iterdir()}
    assert set(kept) == {"report.html", "report.json", "telemetry.jsonl"}
    assert kept["telemetry.jsonl"] == b"{}\n"
    assert from_json(kept["report.json"].decode()) == PASSED.report
    assert b"Lab 06: passed" in kept["report.html"]


def test_no_telemetry_of_an_earlier_run_stays_beside_a_report(labs: Path) -> None:
    desk.keep(Order("06", 7, True), PASSED)
    desk.keep(Order("06", 8, True), Grading(Report("06", "failed", 8, 0.1)))
    folder = labs / "my" / "runs" / "06-graded"
    assert {path.name for path in folder.iterdir()} == {"report.html", "report.json"}
    assert states() == {"06": "regressed"}


def test_a_starter_that_was_not_attempted_keeps_the_last_run(labs: Path) -> None:
    desk.keep(Order("06", 7, True), PASSED)
    desk.keep(Order("06", 8, True), Grading(Report("06", "not-attempted", 8, 0.1)))
    assert (labs / "my" / "runs" / "06-graded" / "telemetry.jsonl").exists()
    assert states() == {"06": "passed"}


def test_what_does_not_count_or_was_not_graded_keeps_nothing(labs: Path) -> None:
    assert desk.keep(Order("06", 7, False), PASSED) == ()
    assert desk.keep(Order("06", 7, True), Grading(Report("06", "cannot-grade", 7, 0.0), b"x")) == ()
    assert not (labs / "my").exists()


def test_what_cannot_be_kept_is_told_and_costs_nothing_else(labs: Path) -> None:
    (labs / "my").mkdir()
    (labs / "my" / "runs").write_text("a file where the folder belongs")
    (told,) = desk.keep(Order("06", 7, True), PASSED)
    assert told == "The run could not be kept in runs/06-graded: Not a directory. The verdict stands."
    assert states() == {"06": "passed"}
    (labs / "my" / ".progress.json.lock").unlink()
    (labs / "my" / ".progress.json.lock").mkdir()
    told = desk.keep(Order("06", 7, True), PASSED)[0]
    assert told == "Your progress could not be kept: Is a directory. The verdict stands."


def test_a_notebook_that_writes_its_own_progress_is_tampered_and_has_no_gain(
    labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_lab(desk.progress_file(), "06", lambda lab: LabProgress("in progress", tries=1))

    def grade_cells(*arguments: object, **options: object) -> Grading:
        desk.progress_file().write_text('{"06": "passed"}')
        return Grading(Report("06", "passed", 7, 0.1, (result(),)))

    monkeypatch.setattr(desk, "grade_cells", grade_cells)
    grading, code = desk.grade(Order("06", 7, True))
    assert (grading.report.verdict, code) == ("tampered", 1)
    assert grading.report.message.startswith("The notebook changed your progress file. It is as it was before.")
    assert [check.outcome for check in grading.report.checks] == ["blocked"]
    assert states() == {"06": "in progress"}


def test_a_paragraph_that_a_lesson_does_not_have_is_no_link_and_no_failure() -> None:
    assert desk._link("06", "#nowhere") == desk._link("99", "#errors") == ""


def test_paragraphs_are_named_by_lesson_and_heading() -> None:
    link = desk._link("06", "#errors")
    report = Report("06", "failed", 7, 0.0, (result("failed", lesson=link), result(), result(lesson="x#nowhere")))
    assert list(desk.headings(report)) == [link]
    assert desk.headings(report)[link].startswith('Lesson 06, "')
