"""The judge: a lab's notebook in, a report out. Learner code runs in another process; here are only plain values."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader import own_files
from grader.evidence import TOLERANCE_NS, Evidence
from grader.labs import Lab
from grader.notebook import Cell, runnable, same_code
from grader.ran import Ran, RunError
from grader.report import Report, Result
from grader.telemetry import Telemetry
from grader.truth import Ledger

_ONE_IN = 3
"""One request in so many has to be answered: a model that is never asked properly leaves most checks nothing to say."""
_NOTHING = "No telemetry arrived. Does the notebook call record() and serve()?"

if TYPE_CHECKING:
    from grader.sandbox import Prepared

LinkParagraph = Callable[[str, str], str]
"""Turns a lab's number and a paragraph's anchor into a link into the course."""


@dataclass(frozen=True, slots=True)
class Grading:
    """A report together with the telemetry it judged, as OTLP/JSON lines (empty if there is none)."""

    report: Report
    telemetry: bytes = b""


def judge(
    lab: str,
    checks_file: Path,
    telemetry: Telemetry,
    ledger: Ledger,
    link: LinkParagraph = lambda lab, anchor: anchor,
    tolerance_ns: int = TOLERANCE_NS,
) -> Report:
    """Judge what one run emitted against what really happened. The one entry: `grade` and the browser both come here.

    `tolerance_ns` is how far a span may lie from the truth (nanoseconds): see `Evidence`.

    Raises:
        GraderError: if the checks themselves are broken.
    """
    # pytest is half of the judge's start-up time: it is imported when there is something to judge.
    from grader.check_run import run_checks
    from grader.conventions import note_for

    evidence = Evidence(telemetry, ledger, tolerance_ns)
    results = tuple(replace(r, lesson=link(lab, r.lesson)) for r in run_checks(checks_file, evidence))
    notes = sorted({note for span in evidence.chat_spans for note in note_for(span.attributes)})
    # Positive evidence: every check passed, and on a run that was played to its end, with answers to be judged.
    whole = bool(telemetry) and ledger.begun and ledger.whole and _was_answered(ledger)
    passed = whole and bool(results) and all(result.outcome == "passed" for result in results)
    message = _what_is_missing(telemetry, ledger)
    return Report(lab, "passed" if passed else "failed", None, 0.0, results, message=message, notes=tuple(notes))


def _was_answered(ledger: Ledger) -> bool:
    return ledger.heard * _ONE_IN >= len(ledger.requests)


def _what_is_missing(telemetry: Telemetry, ledger: Ledger) -> str:
    if not ledger.begun:
        return "No customer was served. Does the notebook call serve()?" if telemetry else _NOTHING
    if not ledger.whole:
        done = f"{len(ledger.requests)} of {ledger.expected_requests}"
        return f"The evening stopped after {done} requests. An error that left your function ended it; do not catch it."
    if telemetry and ledger.attempts and not _was_answered(ledger):
        got = f"Only {ledger.heard} of {len(ledger.requests)} requests got an answer"
        return f"{got}, too few to judge. Look at model, messages and timeout of your calls; read a stream to its end."
    return "" if telemetry else "The evening was played, and no telemetry arrived: no span was opened around a call."


def grade_cells(
    lab: Lab,
    cells: tuple[Cell, ...],
    seed: int,
    *,
    link: LinkParagraph = lambda lab, anchor: anchor,
    time_limit_s: float | None = None,
    prepared: Callable[[], Prepared] | None = None,
) -> Grading:
    """Run a notebook on traffic of this seed, in a process of its own, and judge what it emits.

    `prepared` gives the children to run it in, for the lab's scenario and this seed; without it they are started, the
    notebook's behind the walls that this machine has. `time_limit_s` is in real seconds.

    Raises:
        GraderError: if the checks themselves are broken.
    """
    from grader.sandbox import prepare

    def run(ready: tuple[Cell, ...]) -> Ran:
        with prepared() if prepared else prepare(lab.scenario, seed) as children:
            return children.run(ready, time_limit_s or lab.time_limit_s, _warm_up)

    return grade_by(run, lab, cells, seed, link=link)


def grade_by(
    run: Callable[[tuple[Cell, ...]], Ran],
    lab: Lab,
    cells: tuple[Cell, ...],
    seed: int,
    *,
    link: LinkParagraph = lambda lab, anchor: anchor,
) -> Grading:
    """Grade a notebook; `run` says where and how its cells run. Whatever it does, there is a report.

    Raises:
        GraderError: if the checks themselves are broken.
    """
    began_s = time.perf_counter()
    ready = runnable(cells)

    protections: tuple[str, ...] = ()

    def report(verdict: str, message: str, checks: tuple[Result, ...]) -> Report:
        seconds = time.perf_counter() - began_s
        found = Report(lab.number, verdict, seed, seconds, checks, message=message, skipped_lines=ready.skipped)
        return replace(found, protections=protections)

    if not ready.cells:
        message = "The notebook has no Python cells. Copy the lab's notebook again, or restore your own."
        return Grading(report("cannot-grade", message, _blocked(lab, "there is nothing to run", link)))
    if same_code(cells, lab.starter):
        message = f"Nothing is changed yet. Begin with task 1 of the notebook; lesson {lab.number} teaches it."
        return Grading(report("not-attempted", message, _blocked(lab, "not started", link)))
    before = own_files.snapshot(lab.folder)
    compiled = own_files.bytecode(before)
    try:
        ran = run(ready.cells)
    except RunError as error:
        return Grading(report("cannot-grade", str(error), _blocked(lab, "the grading could not be set up", link)))
    protections = ran.protections
    # Behind walls nobody can write there; what the judge compiled meanwhile may stay.
    stuck = () if protections else own_files.forget_new_bytecode(before, compiled)
    if changed := own_files.changed(before) + stuck:
        blocked = _blocked(lab, "the judge's own files changed", link)
        return Grading(report("tampered", own_files.told(changed), blocked), ran.raw)
    if ran.ending != "done":
        why = "the telemetry cannot be read" if ran.ending == "tampered" else "the notebook did not finish"
        return Grading(report(ran.ending, ran.message, _blocked(lab, why, link)), ran.raw)
    judged = judge(lab.number, lab.checks_file, ran.telemetry, ran.ledger, link)
    seconds = time.perf_counter() - began_s
    told = replace(judged, seed=seed, seconds=seconds, skipped_lines=ready.skipped, protections=protections)
    return Grading(told, ran.raw)


def _blocked(lab: Lab, reason: str, link: LinkParagraph) -> tuple[Result, ...]:
    from grader.declared import blocked_results

    results = blocked_results(lab.checks_file, reason)
    return tuple(replace(result, lesson=link(lab.number, result.lesson)) for result in results)


def _warm_up() -> None:
    """Use the time in which the children start to import what the judge needs next."""
    for module in ("grader.check_run", "grader.terminal", "course.catalogue"):
        importlib.import_module(module)
