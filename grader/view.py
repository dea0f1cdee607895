"""What a notebook shows of its last run: the attempts that really happened, and the spans that stand for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grader.drawing import Bar, waterfall_svg
from grader.evidence import Call, Evidence
from grader.telemetry import read_file
from grader.truth import read_ledger

_SHOWN = ("gen_ai.response.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "error.type")


@dataclass(frozen=True, slots=True)
class View:
    """A drawing that notebooks show as SVG and terminals as one line."""

    svg: str
    line: str

    def _repr_html_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        """Return the drawing's title."""
        return self.line


def show(folder: str | Path) -> View:
    """Draw the request with the most attempts of a run in `folder`: filled bars are spans, hollow ones are missing.

    A folder without a ledger (a graded run keeps it out of reach) gives an empty view.
    """
    folder = Path(folder)
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
