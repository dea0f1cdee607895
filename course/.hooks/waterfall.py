"""Lesson 06's figure: the spans of one request's attempts, on one time axis."""

from collections.abc import Iterable

from evening import NS, Evening

from grader.drawing import tree_bars, waterfall_svg
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
    """Return the waterfall of the request the lesson tells of."""
    attempts = evening.of(evening.story)
    sent = {attempt.sent_at_ns for attempt in attempts}
    bars = tree_bars([node for node in spans if node.span.start_ns in sent], _NOTES)
    waited_s = (attempts[-1].ended_at_ns - evening.story.at_ns) / NS
    last_s = (attempts[-1].ended_at_ns - attempts[-1].sent_at_ns) / NS
    drawing = waterfall_svg(
        bars,
        title=f"{waited_s:.1f} s for one answer: {len(attempts)} attempts, and the one that worked took {last_s:.1f} s",
        note=f"Request {evening.story.id}. Between the bars the code sleeps before it tries again.",
    )
    return (
        f'<figure class="waterfall" data-search-exclude><div class="fig-scroll">{drawing}</div>'
        '<figcaption class="fig-narrow">Wider than this screen: scroll the figure sideways.</figcaption></figure>'
    )
