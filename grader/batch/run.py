"""Grades a class: what is kept already is kept, the rest goes to the workers, each result is written as it comes."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch.kept import BusyError, Kept, held, judge_key, keep, key_of, read, result_file
from grader.batch.outputs import Teller, tell_end, write_all
from grader.batch.pool import Order, grade_all
from grader.batch.submissions import Submission, SubmissionError
from grader.batch.summary import summarise
from grader.labs import LabError, find_lab
from grader.report import Report
from grader.terminal import print_line

_JUDGING_S = 60.0  # what the judge may take beside the notebook itself


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a class is graded: one seed for all or None, real seconds or None, protections, hidden paths."""

    seed: int | None
    time_limit_s: float | None
    protections: tuple[str, ...]
    hidden: tuple[str, ...]


def run(submissions: tuple[Submission, ...], out: Path, terms: Terms, jobs: int) -> int:
    """Grade a class into a folder; returns the exit code."""
    try:
        with held(out) as work:
            return _Run(submissions, out, terms, work).run(jobs)
    except BusyError as error:
        print_line(str(error), sys.stderr)
    except OSError as error:
        print_line(f"{out} cannot be written to: {error.strerror}.", sys.stderr)
    return 3


class _Run:
    def __init__(self, submissions: tuple[Submission, ...], out: Path, terms: Terms, work: Path) -> None:
        self._submissions = {submission.name: submission for submission in submissions}
        self._out, self._terms, self._work = out, terms, work
        self._teller = Teller(len(submissions))
        self._results: dict[str, Kept] = {}
        self._keys: dict[str, str] = {}
        self._judges: dict[str, tuple[str, float]] = {}

    def run(self, jobs: int) -> int:
        """Grade what is to be graded, and write everything, also when somebody ends it."""
        stopped = False
        try:
            grade_all(self._orders(), jobs, self._graded)
        except KeyboardInterrupt:
            stopped = True
        summary = summarise(self._results.values())
        self._teller.finished()
        write_all(self._out, summary, self._teller)
        tell_end(self._out, summary)
        if stopped:
            left = len(self._submissions) - len(self._results)
            print_line(f"Stopped; {left} are not graded. The same command goes on from here.", sys.stderr)
        return 3 if stopped or self._teller.had_trouble else summary.exit_code

    def _orders(self) -> Iterator[Order]:
        """Read submissions one by one; those that need no worker, or cannot have one, get their result here."""
        for submission in self._submissions.values():
            try:
                content = submission.read()
                judge, limit_s = self._judge(submission.lab)
            except (SubmissionError, LabError) as error:
                self._refuse(submission, str(error))
                continue
            terms = (submission.lab, self._terms.seed, limit_s, judge, bool(self._terms.protections))
            self._keys[submission.name] = key_of(content, *terms)
            if kept := self._kept_before(submission.name):
                self._results[submission.name] = kept
                self._teller.graded(kept, before=True)
                continue
            file = self._work / f"{submission.name}.ipynb"
            try:
                file.write_bytes(content)
            except OSError as error:
                self._teller.trouble(
                    f"There is no room to work in {self._out}: {error.strerror}. Make room, and try again."
                )
                self._refuse(submission, f"It could not be copied: {error.strerror}. Make room, and try again.")
                continue
            words = {
                "lab": submission.lab,
                "seed": secrets.randbits(64) if self._terms.seed is None else self._terms.seed,
                "file": str(file.resolve()),
                "notebook": submission.notebook,
                "time_limit_s": limit_s,
                "walls": list(self._terms.protections),
                "hidden": list(self._terms.hidden),
            }
            yield Order(submission.name, words, limit_s + _JUDGING_S)

    def _judge(self, lab: str) -> tuple[str, float]:
        """Return what the result of a lab rests on beside the notebook, and its time limit."""
        if lab not in self._judges:
            found = find_lab(lab)
            self._judges[lab] = judge_key(found), self._terms.time_limit_s or found.time_limit_s
        return self._judges[lab]

    def _kept_before(self, name: str) -> Kept | None:
        try:
            kept = read(result_file(self._out, name))
        except (OSError, ValueError):
            return None
        # What could not be graded may be gradable now.
        return kept if kept.key == self._keys[name] and kept.report.verdict != "cannot-grade" else None

    def _refuse(self, submission: Submission, why: str) -> None:
        report = Report(submission.lab or "?", "cannot-grade", None, 0.0, message=why, saved=submission.notebook)
        self._graded(submission.name, report)

    def _graded(self, name: str, report: Report) -> None:
        (self._work / f"{name}.ipynb").unlink(missing_ok=True)
        submission = self._submissions[name]
        message = report.message.replace(f"{name}.ipynb", submission.notebook)
        kept = Kept(submission.learner, name, self._keys.get(name, ""), replace(report, message=message))
        self._results[name] = kept
        try:
            keep(self._out, kept)
        except OSError as error:
            self._teller.trouble(f"Results cannot be kept in {self._out}: {error.strerror}. Make room, and try again.")
        self._teller.graded(kept)
