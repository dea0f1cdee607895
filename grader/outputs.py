"""Where a report goes: to the person on the terminal, and as JSON or JUnit to a file or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader import desk
from grader.report import Report
from grader.terminal import print_line, print_report, unheard
from grader.whole_file import write_whole


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
        out = sys.stderr if self.quiet else None
        with unheard(out):
            print_report(report, desk.headings(report), out)
        for target, text in ((self.json, report.to_json()), (self.junit, report.to_junit())):
            if target == "-":
                with unheard():
                    sys.stdout.buffer.write(text.encode())  # UTF-8, as in a file, whatever the terminal knows
                    sys.stdout.flush()
            elif target:
                try:
                    write_report(Path(target), text)
                except OSError as error:
                    print_line(f"The report cannot be written to {target}: {error.strerror}.", sys.stderr)
                    exit_code = 3
        for line in trouble:
            print_line(line, sys.stderr)
        return exit_code


def write_report(path: Path, text: str) -> None:
    """Write a report where a person asked for it: a file whole or not at all; a pipe or a device as it is.

    Raises:
        OSError: if it cannot be written.
    """
    path = path.resolve()
    if not path.parent.is_dir() or (path.exists() and not path.is_file()):
        path.write_text(text, encoding="utf-8")
    else:
        write_whole(path, text.encode())
