"""Lesson 06's figure: the spans of one request's attempts, on one time axis."""

import html
from collections.abc import Iterable, Sequence

from evening import NS, Evening
from grader.drawing import Bar, tree_bars, waterfall_svg
from grader.trace import Node

# What stands under each bar: what a person looks for first.
_NOTES = (
    "app.attempt",
    "error.type",
    "gen_ai.response.model",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
)


def story_figure(evening: Evening, spans: Iterable[Node]) -> str:
    """Return the waterfall of the request the lesson tells of: a drawing, and for a narrow screen a list."""
    attempts = evening.of(evening.story)
    sent = {attempt.sent_at_ns for attempt in attempts}
    bars = tree_bars([node for node in spans if node.span.start_ns in sent], _NOTES)
    waited_s = (attempts[-1].ended_at_ns - evening.story.at_ns) / NS
    last_s = (attempts[-1].ended_at_ns - attempts[-1].sent_at_ns) / NS
    title = f"{waited_s:.1f} s for one answer: {len(attempts)} attempts, and the one that worked took {last_s:.1f} s"
    note = f"Request {evening.story.id}. Between the bars the code sleeps before it tries again."
    drawing = waterfall_svg(bars, title=title, note=note)
    listed = f'<p class="fig-title">{title}</p>{narrow(bars)}<p class="fig-note">{note}</p>'
    return (
        f'<figure class="waterfall" data-search-exclude><div class="fig-wide">{drawing}</div>'
        f'<div class="fig-narrow">{listed}</div></figure>'
    )


def narrow(bars: Sequence[Bar]) -> str:
    """Return the bars as a list whose words wrap, for screens on which the drawing's letters would be too small."""
    begin_ns = min(bar.start_ns for bar in bars)
    whole_ns = max(bar.end_ns for bar in bars) - begin_ns
    return f'<ol class="bars">{"".join(_item(bar, begin_ns, whole_ns) for bar in bars)}</ol>'


def _item(bar: Bar, begin_ns: int, whole_ns: int) -> str:
    left, width = ((part / whole_ns) * 100 for part in (bar.start_ns - begin_ns, bar.end_ns - bar.start_ns))
    word = " error" if bar.error else ""
    return (
        f'<li><span class="bars-name">{html.escape(bar.name)}</span> '
        f"<span>{(bar.end_ns - bar.start_ns) / NS:.2f} s{word}, from {(bar.start_ns - begin_ns) / NS:.2f} s</span>"
        f'<div class="bar{" is-bad" if bar.error else ""}" style="margin-left:{left:.1f}%;width:{width:.1f}%"></div>'
        f'<span class="fig-note">{html.escape(bar.note)}</span></li>'
    )
