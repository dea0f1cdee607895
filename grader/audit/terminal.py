"""An audit on the terminal: at most 80 columns, the three most valuable fixes first, readable without colour."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.audit.report import AuditReport, Finding, SiteReport, whole
from grader.audit.signals import Share
from grader.terminal import clean

WIDTH = 80
FIRST = 3
"""So many findings are shown with all that there is to say."""

_DETAILS, _SITES = 6, 12
_NO_CALLS = (
    "None of them is a call to a model. A model's span has `gen_ai.operation.name` and `gen_ai.request.model` "
    "(or OpenInference's or OpenLLMetry's names). Lesson 06 shows how to write one."
)
Line = tuple[int, str, str, str]
"""Indent, mark, text, style; a text that goes on in the next line goes on below itself, not below its mark."""


def printed(report: AuditReport, *, colour: bool) -> str:
    """Return what the terminal shows."""
    stream = io.StringIO()
    console = Console(file=stream, width=WIDTH, highlight=False, force_terminal=colour, no_color=not colour)
    for indent, mark, text, style in _lines(report):
        row = Table.grid(padding=(0, 1))
        row.add_row(*(Text(clean(part), style=style) for part in (mark, text) if part))
        console.print(Padding(row, (0, 0, 0, indent)) if mark or text else "")
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))


def _lines(report: AuditReport) -> Iterator[Line]:
    came = f"{report.spans} spans, {report.logs} log records, {report.metrics} metrics"
    if not report.calls:
        yield 0, "·", f"{came}.", "dim"
        yield 2, "", _NO_CALLS if report.spans else "No span came.", ""
        return
    sign, style = ("✓", "green") if not report.serious else ("✗", "red")
    yield 0, sign, f"Score {whole(report.score)} of 100: {_calls(report.calls)} at {_sites(report)}", style
    yield 2, "from   ", came, "dim"
    yield 2, "signals", _signals(report.signals), ""
    yield from ((2, "speaks ", f"{words}: {_calls(number)}", "") for words, number in report.generations.items())
    if report.findings:
        yield from _heading("Fix first" if len(report.findings) > 1 else "Fix")
        for place, finding in enumerate(report.findings[:FIRST], start=1):
            yield from _first(place, finding)
    if report.findings[FIRST:]:
        yield from _heading("Then")
        for finding in report.findings[FIRST:]:
            yield from _later(finding)
    yield from _heading("Call sites")
    for site in report.sites[:_SITES]:
        yield from _site(site)
    if report.sites[_SITES:]:
        yield 2, "", f"{len(report.sites) - _SITES} more are in --json and --html.", "dim"


def _heading(words: str) -> Iterator[Line]:
    yield 0, "", "", ""
    yield 0, "", words, "bold"


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"


def _sites(report: AuditReport) -> str:
    return "1 call site" if len(report.sites) == 1 else f"{len(report.sites)} call sites"


def _signals(shares: Iterable[Share]) -> str:
    """Say in how many calls each signal is; "-" where it applies to none."""
    words = {"duration": "latency", "first-chunk": "first token"}
    return ", ".join(
        f"{words.get(share.signal.id, share.signal.word)} {f'{share.have}/{share.of}' if share.of else '-'}"
        for share in shares
    )


def _how_many(finding: Finding) -> str:
    return f"{finding.calls} of {_calls(finding.of)}" if finding.of else "the whole application"


def _first(place: int, finding: Finding) -> Iterator[Line]:
    yield 0, f"{place} ", finding.title, "bold"
    yield 3, "", f"{finding.severity}, {_how_many(finding)}, worth {_points(finding)}", "dim"
    yield 3, "", finding.fix, ""
    yield from _details(finding, 3)
    yield 3, "read   ", finding.lesson.words, ""
    if finding.example:
        yield 3, "example", f"trace {finding.example[0]}, span {finding.example[1]}", "dim"


def _later(finding: Finding) -> Iterator[Line]:
    yield 0, "- ", f"{finding.title}: {_how_many(finding)}, worth {_points(finding)} ({finding.severity})", ""
    yield 3, "", f"{finding.fix} {finding.lesson.words}.", ""
    yield from _details(finding, 3)


def _details(finding: Finding, indent: int) -> Iterator[Line]:
    listed = list(finding.details.items())
    for said, number in listed[:_DETAILS]:
        yield indent, "·", f"{said} ({number})", ""
    if listed[_DETAILS:]:
        yield indent, "·", f"{len(listed) - _DETAILS} more in --json and --html", "dim"


def _points(finding: Finding) -> str:
    if 0 < finding.points < 1:
        return "less than a point"
    return "1 point" if round(finding.points) == 1 else f"{round(finding.points)} points"


def _site(site: SiteReport) -> Iterator[Line]:
    yield 2, f"{whole(site.score):>3}", f"{site.site.service}, {site.site.place}", ""
    counts = f"{_calls(site.calls)}, {site.streams} streamed, {site.failed} failed"
    models = ", ".join(site.models[:4]) + (" and more" if site.models[4:] else "")
    yield 6, "", "; ".join(filter(None, (counts, models))), "dim"
    if site.site.scope:
        yield 6, "by     ", site.site.scope, "dim"
    yield 6, "signals", _signals(site.signals), ""
    yield from ((6, "speaks ", f"{words}: {_calls(number)}", "") for words, number in site.generations.items())
    if site.findings:
        yield 6, "to fix ", "; ".join(finding.title for finding in site.findings), ""
