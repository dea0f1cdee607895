"""The report as HTML: one page that needs no script and no network, and the same inside a notebook. Pure.

Everything stands in one element, and every rule of its styles begins with that element's class, so that nothing reaches
the page around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from grader.report import Report, Result
from grader.report_style import PAGE_STYLE, STYLE
from grader.span_tree import Row, SpanTree
from grader.span_tree_text import Line, tree_lines
from grader.terminal import clean

_BEGIN, _END = '<section class="lab-report"', "</section>"
_SIGNS = {"passed": "✓", "failed": "✗", "blocked": "·"}


def report_html(report: Report, headings: Mapping[str, str]) -> str:
    """Return a report as a whole page. `headings` has, by link, the words in which to name a lesson's paragraph."""
    title = _text(report.headline)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{PAGE_STYLE}</style></head>\n<body>{report_section(report, headings)}</body></html>\n"
    )


def report_section(report: Report, headings: Mapping[str, str]) -> str:
    """Return a report as one element that may stand in any page."""
    state = "passed" if report.verdict == "passed" else "blocked" if report.verdict == "not-attempted" else "failed"
    parts = [
        f'{_BEGIN} aria-label="{_text(report.headline)}"><style>{STYLE}</style>',
        f'<h2 class="{state}">{_sign(state)}{_text(report.headline)}</h2>',
        *(f"<p>{_text(line)}</p>" for line in _told(report)),
        f'<p class="facts">{_text(_facts(report))}</p>',
        _checks(report, headings),
        f'<p class="facts">{_text(_kept_apart(report))}</p>' if report.protections else "",
        _END,
    ]
    return "".join(parts)


def section_of(page: str) -> str:
    """Return the report's element of a page that `report_html` wrote.

    Raises:
        ValueError: if the page is not whole, or another one.
    """
    begin, end = page.find(_BEGIN), page.rfind(_END)
    if not 0 <= begin < end:
        raise ValueError("This page holds no whole report.")
    return page[begin : end + len(_END)]


def _told(report: Report) -> Iterator[str]:
    if report.practice:
        yield "This was practice: the verdict does not count."
    if report.message:
        yield report.message
    yield from (f"note: {note}" for note in report.notes)
    yield from (f"skipped: {line}" for line in report.skipped_lines if "!grade " not in line)


def _facts(report: Report) -> str:
    seed = f"seed {report.seed}" if report.seed is not None else ""
    return ", ".join(filter(None, (report.saved, seed, f"{report.seconds:.1f} s")))


def _kept_apart(report: Report) -> str:
    return f"The code was kept apart while it ran: {', '.join(report.protections)}."


def _checks(report: Report, headings: Mapping[str, str]) -> str:
    judged = [_check(result, headings) for result in report.checks if result.outcome != "blocked"]
    if not judged:
        return ""
    waiting = (
        f'<li class="blocked"><h3>{_sign("blocked")}{number} more {"check waits" if number == 1 else "checks wait"} '
        f"for “{_text(earlier)}”</h3></li>"
        for earlier, number in report.waiting.items()
    )
    return f"<ol>{''.join((*judged, *waiting))}</ol>"


def _check(result: Result, headings: Mapping[str, str]) -> str:
    listed = "".join(f"<dt>{word}</dt><dd>{_text(text)}</dd>" for word, text in result.told(headings).items())
    heading = f"<h3>{_sign(result.outcome)}{_text(result.title)}</h3>"
    tree = _tree(result.tree) if result.tree else ""
    return f'<li class="{result.outcome}">{heading}{f"<dl>{listed}</dl>" if listed else ""}{tree}</li>'


def _tree(tree: SpanTree) -> str:
    from grader.span_tree_svg import fact_line, tree_svg  # what passes has nothing to draw, and is told the sooner

    rows = "".join(map(_line, tree_lines(tree)))
    head = '<tr><th scope="col">span</th><th scope="col">required</th><th scope="col">yours</th></tr>'
    table = f"<table><caption>{_text(tree.finding)}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"
    listed = "".join(_listed(row, map(fact_line, row.facts)) for row in tree.rows if row.facts)
    details = f"<details><summary>All that stands on these spans</summary>{listed}</details>" if listed else ""
    return f'<figure><div class="drawing">{tree_svg(tree)}</div>{table}{details}</figure>'


def _listed(row: Row, lines: Iterable[str]) -> str:
    heading = _text(" ".join(filter(None, (row.label, row.name))))
    return f"<h4>{heading}</h4><ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"


def _line(line: Line) -> str:
    kind = "fact" if not line.mark else "bad" if line.mark in ("wrong", "missing", "extra") else ""
    name = _text(line.name).replace(".", ".<wbr>").replace("_", "_<wbr>")
    first = f'<span style="padding-left:{line.depth}em"><b>{line.head}</b> {name}</span>'
    return f'<tr><td class="{kind}">{first}</td><td>{_text(line.required)}</td><td>{_text(line.yours)}</td></tr>'


def _sign(outcome: str) -> str:
    return f'<span class="sign" role="img" aria-label="{outcome}">{_SIGNS[outcome]}</span>'


def _text(text: str) -> str:
    """Escape a text that a learner may have written; what cannot be seen is shown as what it is."""
    return escape(clean(text))
