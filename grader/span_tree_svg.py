"""A span tree as a waterfall: dashed frames are required, filled bars emitted, and every mark is a sign and a word."""

from __future__ import annotations

from grader.drawing import Bar, waterfall_svg
from grader.span_tree import MARKS, Fact, Row, SpanTree, Stretch
from grader.terminal import clean

_LOOKS = {"wrong": "bad", "extra": "extra", "yours": "aside"}
_NOTE = "Dashed: when a span was required. Filled: yours. A row in focus lists all its attributes."


def tree_svg(tree: SpanTree) -> str:
    """Draw a tree."""
    required = [row.required for row in tree.rows if row.required]
    axis = (min(start for start, _ in required), max(end for _, end in required))
    bars = [_bar(row, axis) for row in tree.rows]
    note = f"{_NOTE} {tree.left_out} more spans are not drawn." if tree.left_out else _NOTE
    return waterfall_svg(bars, title=clean(tree.finding), note=note, zero_ns=0)


def _bar(row: Row, axis: Stretch) -> Bar:
    start_ns, end_ns = row.emitted or row.required or axis
    # A time in another unit would make a dot of everything else: it is drawn at the edge, and told in words.
    most_ns = max(axis[1] - axis[0], 1)
    edges = (axis[0] - most_ns, axis[1] + most_ns)
    start, end = (min(max(at_ns, edges[0]), edges[1]) for at_ns in (start_ns, end_ns))
    lasts = f" {(end_ns - start_ns) / 1e9:.3g} s" if (start, end) == (start_ns, end_ns) else ", far off"
    return Bar(
        clean(row.label or row.name),
        start,
        end,
        row.depth,
        missing=row.mark == "missing",
        note=_note(row),
        label=f"{MARKS[row.mark]} {row.mark}{lasts}",
        lines=tuple(map(fact_line, sorted(row.facts, key=lambda fact: fact.holds))),  # there may be no room for all
        look=_LOOKS.get(row.mark, ""),
        frame=row.required if row.mark == "wrong" else None,
    )


def _note(row: Row) -> str:
    if row.mark == "missing":
        return "no span was emitted for it"
    differences = [f"{clean(f.name)} {clean(f.got)}, required {clean(f.expected)}" for f in row.wrong_facts]
    named = [f'span "{clean(row.name)}"'] if row.label else []
    return "; ".join([*differences, *named])


def fact_line(fact: Fact) -> str:
    """Tell a fact in one line, with what was required of it."""
    told = f"{clean(fact.name)} = {clean(fact.got)}"
    if not fact.expected:
        return told
    return f"{told} (as required)" if fact.holds else f"{told} ! wrong, required {clean(fact.expected)}"
