"""A call's trace as a waterfall, and its attributes as a table: one piece of HTML in which all text is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from grader.drawing import waterfall_svg
from grader.telemetry import Span
from grader.trace import trees
from labs.capstone.words import clock, seconds
from labs.capstone.worst import trace_of

_NOTES = ("gen_ai.response.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "error.type")
_LONGEST_VALUE = 2000


def trace_html(call: Span, spans: Iterable[Span]) -> str:
    """Draw the trace of a call among all spans of its run, with a table of what the call's span says."""
    drawn, count = trace_of(call, spans)
    word = "span" if count == 1 else "spans"
    title = f"{count:,} {word} in this trace, begun at {clock(drawn[0].start_ns)} UTC"
    cut = (
        f"{len(drawn)} of {count:,} spans are drawn: this call, those above it, and the earliest others."
        if count > len(drawn)
        else ""
    )
    picture = waterfall_svg(trees(drawn), title=title, note=cut)
    return f'<div class="trace">{picture}</div>{attribute_table(call)}'


def attribute_table(span: Span) -> str:
    """Return a span's own fields and its attributes as an HTML table; a long value is cut."""
    fields = {
        "status": span.status + (f": {span.status_message}" if span.status_message else ""),
        "kind": span.kind,
        "duration": seconds(span.duration_s) if span.end_ns >= span.start_ns else "none: it ends before it starts",
        "trace id": span.trace_id,
        "span id": span.span_id,
    }
    rows = [*fields.items(), *((key, _said(value)) for key, value in sorted(span.attributes.items()))]
    lines = "".join(f'<tr><th scope="row">{escape(key)}</th><td>{escape(_cut(value))}</td></tr>' for key, value in rows)
    count = len(span.attributes)
    caption = f"{count} attribute{'s' if count != 1 else ''} of {_cut(span.name) or '(no name)'}"
    return f"<table><caption>{escape(caption)}</caption><tbody>{lines}</tbody></table>"


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… ({len(text):,} characters)"
