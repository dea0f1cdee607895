"""What a notebook shows of its last run: the attempts that happened with their spans, or the report of a grading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.drawing import Bar
    from grader.evidence import Call

_SHOWN = ("gen_ai.response.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "error.type")


@dataclass(frozen=True, slots=True)
class View:
    """Something to look at: notebooks show `svg` (or the HTML that stands in its place), terminals one line."""

    svg: str
    line: str

    def _repr_html_(self) -> str | None:
        return self.svg or None  # nothing to draw: the notebook shows the line

    def __repr__(self) -> str:
        """Return the drawing's title."""
        return self.line


def show(folder: str | Path) -> View:
    """Show the run that a folder keeps.

    Of a graded run that is its report. Of a run by hand it is the request with the most attempts: filled bars are
    spans, hollow ones are missing. Where nothing is kept (a notebook that is being graded finds no ledger), one line
    says so.
    """
    folder = Path(folder)
    if folder.name.endswith("-graded"):
        return _report(folder / "report.html")
    return _attempts(folder)


def _report(page: Path) -> View:
    try:
        text = page.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return View("", "No report is kept here yet: it comes when you grade your own copy of the lab.")
    from grader.report_html import section_of

    try:
        return View(section_of(text), "The report of the last grading.")
    except ValueError:
        return View("", "The report that is kept here is not whole: grade again.")


def _attempts(folder: Path) -> View:
    # Whoever imports the grader imports this module: what only a drawing needs is loaded when there is one.
    from grader.drawing import waterfall_svg
    from grader.evidence import Evidence
    from grader.telemetry import read_file
    from grader.truth import read_ledger

    evidence = Evidence(read_file(folder / "telemetry.jsonl"), read_ledger(folder / "ledger.jsonl"))
    calls = [call for call in evidence.calls if call.asked]
    if not calls:
        return View("", "Nothing to show yet: run serve() first.")
    attempts = Counter(call.asked.id for call in calls if call.asked)
    chosen = max(attempts, key=lambda request: attempts[request])
    shown = [call for call in calls if call.asked and call.asked.id == chosen]
    have = sum(bool(call.spans) for call in calls)
    title = f"{have} of {len(calls)} attempts have a span; request {chosen} made {len(shown)}"
    return View(waterfall_svg([_bar(call) for call in shown], title=title), title)


def _bar(call: Call) -> Bar:
    from grader.drawing import Bar

    attempt = call.attempt
    if not call.spans:
        return Bar(
            "no span", attempt.sent_at_ns, attempt.ended_at_ns, missing=True, note="nobody recorded this attempt"
        )
    span = call.span
    facts = {key: span.attributes[key] for key in _SHOWN if key in span.attributes}
    note = ", ".join(f"{key.rpartition('.')[2]} {value}" for key, value in facts.items()) or "no attributes yet"
    return Bar(
        span.name, span.start_ns, span.end_ns, error=span.status == "ERROR", note=note, attributes=span.attributes
    )
