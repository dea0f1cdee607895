"""The report on the terminal: at most 80 columns, readable without colour and in a log."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.report import Report, Result

_SIGNS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "blocked": ("·", "dim")}
_WIDTH = 80
_PLAIN = str.maketrans("✓✗·…–“”", '+x-.-""')
_PLAIN_ERRORS = "grade-plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Say in ASCII what an encoding lacks: a pass must not look like a failure there."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end].translate(_PLAIN)
    return lacking.encode("ascii", "replace").decode(), error.end


codecs.register_error(_PLAIN_ERRORS, _plain)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the caller: the exit code is the verdict, not what became of the output."""
        raise BrokenPipeError


def _console(file: IO[str] | None) -> Console:
    stream = file or sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_PLAIN_ERRORS)
    console = _Console(file=file, highlight=False, soft_wrap=False)
    return console if console.width <= _WIDTH else _Console(file=file, highlight=False, width=_WIDTH)


def columns() -> int:
    """Return how many columns a line on standard output may have: those of the terminal, at most 80."""
    return _console(None).width


@contextmanager
def unheard(file: IO[str] | None = None) -> Iterator[None]:
    """Go on where nobody reads (a closed pipe, a full disk): the exit code still says how it went."""
    try:
        yield
    except (OSError, AttributeError):  # AttributeError: Python has no stream at all for one that was closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2 if file is not None and file is sys.stderr else 1)


def clean(text: str) -> str:
    """Make control characters of a learner's names visible, so that they cannot move the cursor."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def print_report(report: Report, headings: Mapping[str, str], file: IO[str] | None = None) -> None:
    """Print a report. `headings` has, by link, the words in which to name the paragraph that teaches a check."""
    console = _console(file)
    judged = [result for result in report.checks if result.outcome != "blocked"]
    for result in judged:
        _print_result(console, result, headings)
    for earlier, number in report.waiting.items() if judged else ():
        checks = "check waits" if number == 1 else "checks wait"
        _print_titled(console, "blocked", f'{number} more {checks} for "{earlier}"')
    if tree := next((result.tree for result in judged if result.tree), None):
        from grader.span_tree_text import tree_table

        console.print()
        console.print(tree_table(tree))
        console.print()
    sign, style = _SIGNS["passed" if report.verdict == "passed" else "failed"]
    if report.verdict == "not-attempted":
        sign, style = _SIGNS["blocked"]
    console.print(Text(f"{sign} {clean(report.headline)}", style=style))
    if report.message:
        console.print(Padding(Text(clean(report.message)), (0, 0, 0, 2)))
    for note in report.notes:
        console.print(Padding(Text(f"note: {clean(note)}"), (0, 0, 0, 2)))
    for line in report.skipped_lines:
        if "!grade " in line:
            continue  # every lab ends with it: no news to the learner
        console.print(Padding(Text(f"skipped: {clean(line)}"), (0, 0, 0, 2)))
    if report.verdict == "cannot-grade" and not report.saved:
        return  # nothing ran that a seed could repeat
    seed = f"seed {report.seed}" if report.seed is not None else ""
    facts = (clean(report.saved), seed, f"{report.seconds:.1f} s")
    console.print(Text(f"  {', '.join(filter(None, facts))}", style="dim"))


def _print_result(console: Console, result: Result, headings: Mapping[str, str]) -> None:
    _print_titled(console, result.outcome, result.title)
    table = Table.grid(padding=(0, 1))
    table.add_column(width=9, style="dim")
    table.add_column(ratio=1)
    for word, text in result.told(headings).items():
        table.add_row(word, Text(clean(text)))
    if table.row_count:
        console.print(Padding(table, (0, 0, 0, 2)))


def _print_titled(console: Console, outcome: str, title: str) -> None:
    sign, style = _SIGNS[outcome]
    heading = Table.grid(padding=(0, 1))
    heading.add_row(Text(sign, style=style), Text(clean(title)))
    console.print(heading)


def print_line(text: str, file: IO[str] | None = None) -> None:
    """Print one message for a person."""
    with unheard(file):
        _console(file).print(Text(clean(text)))


def print_lines(lines: Iterable[tuple[str, str]], file: IO[str] | None = None) -> None:
    """Print lines with their style ("green", "red", "dim" or ""); one that is too long goes on below."""
    lines = tuple(lines)
    with unheard(file):
        console = _console(file)
        for text, style in lines:
            console.print(Text(clean(text), style=style), overflow="fold")
