"""Where a report goes: to the person on the terminal, and as JSON or JUnit to a file or standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader import desk
from grader.report import Report
from grader.terminal import print_line, print_report


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write the JSON and the JUnit report: a file, "-" for standard output, or None."""

    json: str | None = None
    junit: str | None = None

    @property
    def quiet(self) -> bool:
        """Whether standard output is for machines: what a person reads goes to standard error."""
        return "-" in (self.json, self.junit)

    def write(self, report: Report, exit_code: int, trouble: Iterable[str] = ()) -> int:
        """Write a report everywhere; returns the exit code: 3 if a file could not be written."""
        try:
            print_report(report, desk.headings(report), sys.stderr if self.quiet else None)
            sys.stdout.flush()
        except (OSError, AttributeError):
            _give_up_printing()
        for target, text in ((self.json, report.to_json()), (self.junit, report.to_junit())):
            if target == "-":
                try:
                    sys.stdout.write(text)
                    sys.stdout.flush()
                except (OSError, AttributeError):
                    _give_up_printing()
            elif target:
                try:
                    Path(target).write_text(text, encoding="utf-8")
                except OSError as error:
                    print_line(f"The report cannot be written to {target}: {error.strerror}.", sys.stderr)
                    exit_code = 3
        for line in trouble:
            print_line(line, sys.stderr)
        return exit_code


def _give_up_printing() -> None:
    """Go on without an output that nobody reads (a closed pipe, a full disk): the exit code still says the verdict."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
