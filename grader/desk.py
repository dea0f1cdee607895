"""The front desk of a grading: finds lab and notebook, calls the judge, keeps progress and the last run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.judge import Grading, grade_cells
from grader.labs import Lab, LabError, ensure_working_copy, find_lab, labs_root
from grader.notebook import Cell, NotebookError, read_notebook
from grader.ran import GraderError
from grader.report import Report, Result

if TYPE_CHECKING:
    from grader.sandbox import Prepared

_FORGED = "The notebook changed your progress file. It is as it was before. Take out what writes to it."


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked to be graded. `counts` tells whether the verdict is progress; times in real seconds.

    `program` is the command of a program to grade in place of a notebook; empty if somebody starts it elsewhere.
    """

    lab: str
    seed: int
    counts: bool
    notebook: Path | None = None
    reference: bool = False
    time_limit_s: float | None = None
    program: tuple[str, ...] | None = None


def progress_file() -> Path:
    """Return where progress is kept."""
    return labs_root() / "my" / ".progress.json"


def grade(
    order: Order,
    *,
    prepared: Callable[[], Prepared] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> tuple[Grading, int]:
    """Grade what was asked for; whatever goes wrong becomes a report. Returns it with the exit code.

    `prepared` gives children that are started already (see `grader.judge.grade_cells`); `say` gets what a person who
    starts a program has to know.
    """
    try:
        lab = find_lab(order.lab)
    except LabError as error:
        return _without_checks(order, str(error)), 2
    order = replace(order, lab=lab.number)  # a report says "06", also to a person who typed 6
    saved = ""
    try:
        if order.program is None:
            cells, saved = _cells(lab, order)
            grading = _watched(
                lambda: grade_cells(
                    lab, cells, order.seed, link=_link, time_limit_s=order.time_limit_s, prepared=prepared
                )
            )
        else:
            saved = " ".join(order.program) or "a program of your own"
            grading = _grade_program(lab, order, say)
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


def _grade_program(lab: Lab, order: Order, say: Callable[[str], None]) -> Grading:
    from grader.otlp.grading import grade_program

    return grade_program(
        lab, order.seed, command=order.program or (), link=_link, time_limit_s=order.time_limit_s, say=say
    )


def _watched(run: Callable[[], Grading]) -> Grading:
    """Grade, and look whether the notebook wrote its own progress meanwhile."""
    from grader.progress_file import restore_if_forged, snapshot

    before = snapshot(progress_file())
    grading = run()
    try:
        forged, message = restore_if_forged(progress_file(), before), _FORGED
    except OSError as error:
        forged, message = True, f"The progress file changed and cannot be put back: {error.strerror}."
    if not forged:
        return grading
    blocked = tuple(
        Result(check.id, check.title, "blocked", lesson=check.lesson, blocked_by="the progress file changed")
        for check in grading.report.checks
    )
    return replace(grading, report=replace(grading.report, verdict="tampered", message=message, checks=blocked))


def _link(lab: str, anchor: str) -> str:
    """Return the link to a paragraph; none if the lesson has no such paragraph, as in labs of another release."""
    from course import catalogue

    try:
        return catalogue.link(lab, anchor.lstrip("#"))
    except catalogue.CatalogueError:
        return ""


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


def keep(order: Order, grading: Grading, *, new_try: bool = True) -> tuple[str, ...]:
    """Keep progress and the run of a grading that counts; returns lines for a person, such as what could not be kept.

    `new_try` is false for a grading that repeats the last, as `--watch` may.
    """
    report = grading.report
    if not order.counts or report.verdict == "cannot-grade":
        return ()
    from grader.progress import graded
    from grader.progress_file import change_lab

    told = []
    try:
        now = datetime.now(UTC)
        kept = change_lab(progress_file(), report.lab, lambda lab: graded(lab, report, now, new_try=new_try))
        told += [kept.told] if kept.told else []
    except OSError as error:
        told.append(f"Your progress could not be kept: {error.strerror}. The verdict stands.")
    folder = labs_root() / "my" / "runs" / f"{report.lab}-graded"
    try:
        if report.verdict != "not-attempted":
            _keep_run(folder, grading)
    except OSError as error:
        told.append(f"The run could not be kept in runs/{folder.name}: {error.strerror}. The verdict stands.")
    return tuple(told)


def _keep_run(folder: Path, grading: Grading) -> None:
    """Keep telemetry and report, each file whole; no telemetry of an earlier run stays beside this report."""
    from grader.report_html import report_html
    from grader.whole_file import write_whole

    page = report_html(grading.report, headings(grading.report))
    files = {
        "telemetry.jsonl": grading.telemetry,
        "report.json": grading.report.to_json().encode(),
        "report.html": page.encode(),
    }
    for name, content in files.items():
        if content:
            write_whole(folder / name, content)
        else:
            (folder / name).unlink(missing_ok=True)
