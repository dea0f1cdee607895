"""The front desk of a grading: finds lab and notebook, calls the judge, keeps progress and the last telemetry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.judge import Grading, grade_cells
from grader.labs import Lab, LabError, ensure_working_copy, find_lab, labs_root
from grader.notebook import Cell, NotebookError, read_notebook
from grader.ran import GraderError
from grader.report import Report


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked to be graded. `counts` tells whether the verdict is progress; times in real seconds."""

    lab: str
    seed: int
    counts: bool
    notebook: Path | None = None
    reference: bool = False
    time_limit_s: float | None = None


def progress_file() -> Path:
    """Return where progress is kept."""
    return labs_root() / "my" / ".progress.json"


def grade(order: Order) -> tuple[Grading, int]:
    """Grade what was asked for; whatever goes wrong becomes a report. Returns it with the exit code."""
    try:
        lab = find_lab(order.lab)
    except LabError as error:
        return _without_checks(order, str(error)), 2
    order = replace(order, lab=lab.number)  # a report says "06", also to a person who typed 6
    try:
        cells, saved = _cells(lab, order)
        grading = grade_cells(lab, cells, order.seed, link=_link, time_limit_s=order.time_limit_s)
    except (NotebookError, LabError) as error:
        grading, saved = _without_checks(order, str(error)), ""
    except GraderError as error:
        grading, saved = _without_checks(order, f"The grader failed, not you. Please report this: {error}"), ""
    return replace(grading, report=replace(grading.report, saved=saved)), grading.report.exit_code


def _without_checks(order: Order, message: str) -> Grading:
    return Grading(Report(order.lab, "cannot-grade", order.seed, 0.0, message=message))


def _cells(lab: Lab, order: Order) -> tuple[tuple[Cell, ...], str]:
    """Return the cells to grade, and when they were saved, in words."""
    if order.reference:
        return lab.reference, "reference solution"
    path = order.notebook or ensure_working_copy(lab)
    cells = read_notebook(path)
    saved = datetime.fromtimestamp(path.stat().st_mtime)
    return cells, f"{path.name}, saved {saved:%H:%M:%S}"


def _link(lab: str, anchor: str) -> str:
    from course import catalogue

    return catalogue.link(lab, anchor.lstrip("#"))


def headings(report: Report) -> Mapping[str, str]:
    """Return, by link, how a person finds the paragraphs that this report points to."""
    from course import catalogue

    found = {}
    for result in report.checks:
        anchor = result.lesson.partition("#")[2]
        heading = catalogue.heading(report.lab, anchor) if anchor else None
        if heading:
            found[result.lesson] = f'Lesson {report.lab}, "{heading}"'
    return found


def keep(order: Order, grading: Grading) -> tuple[str, ...]:
    """Keep progress and telemetry of a grading that counts; returns what could not be kept, for a person."""
    if not order.counts or grading.report.verdict == "cannot-grade":
        return ()
    from grader.progress import write_progress

    try:
        write_progress(progress_file(), grading.report.lab, grading.report.verdict)
        if grading.telemetry:
            folder = labs_root() / "my" / "runs" / f"{grading.report.lab}-graded"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "telemetry.jsonl").write_bytes(grading.telemetry)
    except OSError as error:
        return (f"Your progress could not be kept: {error.strerror}. The verdict stands.",)
    return ()
