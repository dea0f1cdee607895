"""A span tree on the terminal: three columns, what was required beside what was emitted, in at most 16 lines."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from grader.span_tree import MARKS, Row, SpanTree, Stretch
from grader.terminal import clean

_MOST_LINES = 16
_STYLES = {"right": "", "yours": "dim", "wrong": "red", "missing": "red", "extra": "red"}
_FAR_NS = 86_400_000_000_000
_WIDTHS = (34, 22, 22)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a span, with its mark and depth, or (`mark` is "") a fact of the span above that does not hold."""

    mark: str
    depth: int
    name: str
    required: str = ""
    yours: str = ""

    @property
    def head(self) -> str:
        """The sign and the word of a span's line."""
        return f"{MARKS[self.mark]} {self.mark}" if self.mark else ""


def tree_table(tree: SpanTree) -> Table:
    """Return the tree as a table of 80 columns."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for width in _WIDTHS:
        table.add_column(width=width, no_wrap=True, overflow="ellipsis")
    table.add_row(*(Text(text, style="bold") for text in (f"Request {clean(tree.request)}", "required", "yours")))
    style = ""
    for line in tree_lines(tree):
        style = _STYLES[line.mark] if line.mark else style
        name = f"{line.head:<9}  {'  ' * line.depth}{line.name}" if line.mark else f"    {line.name}"
        table.add_row(*(Text(text, style=style) for text in (name, line.required, line.yours)))
    return table


def tree_lines(tree: SpanTree) -> list[Line]:
    """Return the lines under the heading; where there is no room for all, spans without a difference go first."""
    parts = [_part(row) for row in tree.rows]
    hidden = tree.left_out
    if sum(map(len, parts)) + bool(hidden) >= _MOST_LINES:
        telling = [part for part in parts if part[0].mark not in ("right", "yours")]
        hidden += len(parts) - len(telling)
        parts = telling
    lines = [line for part in parts for line in part]
    room = _MOST_LINES - 1 - bool(hidden)
    cut = [f"and {len(lines) - room + 1} more differences"] if len(lines) > room else []
    rest = [f"and {hidden} more {'span' if hidden == 1 else 'spans'}"] if hidden else []
    return lines[: room - 1 if cut else room] + [Line("", 0, words) for words in (*cut, *rest)]


def _part(row: Row) -> list[Line]:
    """Return a row's line, and one for each fact that does not hold."""
    head = Line(row.mark, min(row.depth, 6), clean(row.label or row.name), _times(row.required), _times(row.emitted))
    return [head, *(Line("", 0, clean(f.name), clean(f.expected), clean(f.got)) for f in row.wrong_facts)]


def _times(stretch: Stretch | None) -> str:
    if stretch is None:
        return "no span"
    if max(map(abs, stretch)) > _FAR_NS:
        return "at another time"
    begin_s, end_s = (round(at_ns / 1e9, 2) + 0.0 for at_ns in stretch)  # + 0.0 makes 0.00 of -0.00
    return f"{begin_s:.2f} to {end_s:.2f} s"
