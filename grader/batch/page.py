"""The overview of a class as one HTML page: no other file, no network, and complete without its script. Pure."""

from __future__ import annotations

from html import escape

from grader.batch.kept import Kept
from grader.batch.summary import CheckCount, Summary
from grader.batch.tables import passed
from grader.report_style import PAGE_STYLE
from grader.terminal import clean

_SIGNS = {"passed": "✓", "failed": "✗", "blocked": "·", "": ""}
_STYLE = """
body{color:var(--fig-text);font:15px/1.5 system-ui,sans-serif;max-width:1400px;margin:0 auto}
h1{font-size:20px;line-height:1.3;margin:0 0 4px}h2{font-size:17px;margin:28px 0 4px}
p{margin:4px 0;max-width:75ch}a{color:var(--fig-accent)}
.muted,caption{color:var(--fig-muted)}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:2px 0 6px}
th,td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-top:1px solid var(--fig-grid);font-weight:400}
thead th{vertical-align:bottom;color:var(--fig-muted);border-top:0}
.many thead th.check{min-width:4.5em;font-size:13px;line-height:1.3}
.many td:last-child{min-width:16em}
tbody th{min-width:10em}
td.rate,.many td:nth-child(3){white-space:nowrap}
.bar{display:inline-block;width:120px;height:8px;margin-right:8px;background:var(--fig-grid)}
.bar i{display:block;height:100%;background:var(--fig-bad)}
td.number{text-align:right}.failed{color:var(--fig-bad-text)}.blocked{color:var(--fig-muted)}
button{font:inherit;color:inherit;background:none;border:0;padding:0;text-align:left;cursor:pointer;
text-decoration:underline dotted}
th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
"""
_SCRIPT = """
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      head.parentNode.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
      const rows = [...table.tBodies[0].rows].sort((one, other) =>
        key(one).localeCompare(key(other), undefined, { numeric: true }));
      table.tBodies[0].append(...(down ? rows.reverse() : rows));
    });
  });
}
"""


def page(summary: Summary) -> str:
    """Return the overview."""
    labs = ", ".join(summary.labs)
    title = _text(f"Lab {labs}: {summary.headline}")
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in summary.verdicts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{PAGE_STYLE}{_STYLE}</style></head>\n<body><main><h1>{title}</h1>"
        f"<p>{_text(verdicts)}</p><p class='muted'>{_text(_protections(summary))}</p>"
        f"{_checks(summary)}{_mistakes(summary)}{_learners(summary)}</main>"
        f"<script>{_SCRIPT}</script></body></html>\n"
    )


def _protections(summary: Summary) -> str:
    if not summary.protections:
        return "No notebook ran behind walls: each could do what the user who graded it can do."
    ran = max(number for _, number in summary.protections)
    names = ", ".join(name for name, _ in summary.protections)
    idle = ("cannot-grade", "not-attempted")
    without = sum(not k.report.protections and k.report.verdict not in idle for k in summary.results)
    rest = f" {without} ran without." if without else ""
    return f"{ran} of {len(summary.results)} ran behind walls: {names}.{rest}"


def _checks(summary: Summary) -> str:
    if not summary.checks:
        return ""
    head = _head("check", "failed", "judged", "blocked", "failure rate")
    rows = "".join(map(_check, summary.checks))
    caption = "How often each check failed, of the submissions that it judged"
    return f"<h2>Checks</h2>{_table(caption, head, rows)}"


def _check(check: CheckCount) -> str:
    rate = check.failure_rate
    cells = "".join(f'<td class="number">{n}</td>' for n in (check.failed, check.passed + check.failed, check.blocked))
    shown = "" if rate is None else f'<span class="bar"><i style="width:{rate:.0%}"></i></span>{rate:.0%}'
    key = "" if rate is None else f"{rate:.3f}"
    name = f'<th scope="row">{_text(f"{check.lab}: {check.title}")}</th>'
    return f'<tr>{name}{cells}<td class="rate" data-key="{key}">{shown}</td></tr>'


def _mistakes(summary: Summary) -> str:
    if not summary.mistakes:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_text(mistake.likely)}</th><td>{_text(f"{mistake.lab}: {mistake.title}")}</td>'
        f'<td class="number">{mistake.submissions}</td></tr>'
        for mistake in summary.mistakes
    )
    head = _head("likely mistake", "check", "submissions")
    return f"<h2>Commonest mistakes</h2>{_table('What the checks recognised, most often first', head, rows)}"


def _learners(summary: Summary) -> str:
    several = len(summary.labs) > 1
    names = "".join(
        f'<th scope="col" class="check" title="{_text(check.title)}">'
        f"{_text(f'{check.lab} ' if several else '')}{_text(check.id).replace('_', '_<wbr>')}</th>"
        for check in summary.checks
    )
    columns = "".join(f'<th scope="col">{name}</th>' for name in ("learner", "lab", "verdict", "passed"))
    rows = "".join(_learner(kept, summary.checks) for kept in summary.results)
    head = f'<tr>{columns}{names}<th scope="col">message</th></tr>'
    caption = "✓ passed, ✗ failed, · blocked by an earlier check. A name leads to the report."
    return f"<h2>Learners</h2>{_table(caption, head, rows, 'sortable many')}"


def _learner(kept: Kept, checks: tuple[CheckCount, ...]) -> str:
    report = kept.report
    outcomes = {(report.lab, result.id): result.outcome for result in report.checks}
    cells = "".join(_outcome(outcomes.get((check.lab, check.id), "")) for check in checks)
    state = "" if report.verdict == "passed" else "failed"
    return (
        f'<tr><th scope="row"><a href="results/{kept.name}.html">{_text(kept.learner)}</a></th><td>{_text(report.lab)}'
        f'</td><td class="{state}">{_text(report.verdict)}</td><td class="number">{passed(report)}</td>{cells}'
        f"<td>{_text(report.message)}</td></tr>"
    )


def _outcome(outcome: str) -> str:
    sign = f'<span role="img" aria-label="{outcome}">{_SIGNS[outcome]}</span>' if outcome else ""
    return f'<td class="{outcome}" data-key="{outcome}">{sign}</td>'


def _head(*names: str) -> str:
    return "<tr>" + "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr>"


def _table(caption: str, head: str, rows: str, kind: str = "sortable") -> str:
    return (
        f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">'
        f'<table class="{kind}"><caption>{caption}</caption>'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )


def _text(text: str) -> str:
    return escape(clean(text))
