"""Where a class's results go: files in the output folder, GitHub's step summary, and lines for a person."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader import desk
from grader.batch.kept import Kept
from grader.batch.page import page
from grader.batch.summary import Summary
from grader.batch.tables import passed, to_csv, to_gradescope, to_json, to_junit, to_markdown
from grader.report_html import report_html
from grader.terminal import print_line
from grader.whole_file import write_whole

_BAR = 24
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(slots=True)
class Teller:
    """Tells how a batch goes on: a bar that moves on a terminal, a line a submission elsewhere."""

    number: int
    done: int = 0
    _told: set[str] = field(default_factory=set)

    def graded(self, kept: Kept, *, before: bool = False) -> None:
        """Tell one result; `before` if it is from an earlier batch."""
        self.done += 1
        report = kept.report
        count = f", {passed(report)} of {len(report.checks)} checks" if report.checks else ""
        again = ", as before" if before else ""
        width = len(str(self.number))
        line = f"{self.done:{width}}/{self.number} {kept.learner}, lab {report.lab}: {report.verdict}{count}{again}"
        if not sys.stdout.isatty():
            print_line(line)
            return
        filled = "#" * (_BAR * self.done // self.number)
        sys.stdout.write("\r\x1b[2K")
        if report.verdict != "passed":
            print_line(line)
        sys.stdout.write(f"[{filled:.<{_BAR}}] {self.done:{width}}/{self.number}")
        sys.stdout.flush()

    def finished(self) -> None:
        """End the line of the bar."""
        if sys.stdout.isatty():
            sys.stdout.write("\r\x1b[2K")

    def trouble(self, line: str) -> None:
        """Tell what could not be written, once."""
        if line not in self._told:
            print_line(line, sys.stderr)
        self._told.add(line)

    @property
    def had_trouble(self) -> bool:
        """Whether something could not be written."""
        return bool(self._told)


def write_all(out: Path, summary: Summary, teller: Teller) -> None:
    """Write everything but the results themselves. What cannot be written is told; the rest is written all the same."""
    texts: dict[str, Callable[[], str]] = {
        "summary.csv": lambda: to_csv(summary),
        "summary.json": lambda: to_json(summary),
        "summary.md": lambda: to_markdown(summary),
        "junit.xml": lambda: to_junit(summary),
        "index.html": lambda: page(summary),
    }
    for name, make in texts.items():
        _write(out / name, make(), teller)
    for kept in summary.results:
        _write(out / "results" / f"{kept.name}.html", report_html(kept.report, desk.headings(kept.report)), teller)
        _write(out / "gradescope" / kept.name / "results.json", to_gradescope(kept.report), teller)
    if step := os.environ.get(_STEP_SUMMARY):
        try:
            with open(step, "a", encoding="utf-8") as file:
                file.write(to_markdown(summary))
        except OSError as error:
            teller.trouble(f"The summary for GitHub cannot be written to {step}: {error.strerror}.")


def _write(path: Path, text: str, teller: Teller) -> None:
    try:
        write_whole(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        teller.trouble(f"{path.name} cannot be written: {error.strerror}. Make room, and type the same command again.")


def tell_end(out: Path, summary: Summary) -> None:
    """Tell how a class did, and where to read on."""
    print_line(f"{summary.headline}: {', '.join(f'{number} {verdict}' for verdict, number in summary.verdicts)}")
    for check in sorted(summary.checks, key=lambda check: -check.failed)[:3]:
        if check.failed:
            print_line(f"  failed by {check.failed}: {check.title}")
    print_line(f"Read on in {out / 'index.html'}")
