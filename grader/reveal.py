"""`grade 06 --solution`: the reference beside what the learner wrote, cell by cell where the two differ. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from grader.notebook import Cell, same_code

Line = tuple[str, str]
"""A line and its style: "red" for yours, "green" for the reference's, "dim" for remarks, "" for what is in both."""

_WIDTH = 80
_MOST_LINES, _MOST_CHARACTERS = 200, 1000
_DEFINED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)


def solution_lines(starter: Sequence[Cell], reference: Sequence[Cell], mine: Sequence[Cell]) -> Iterator[Line]:
    """Lay each task of the reference beside the learner's cell; tasks that hold the same code are only named."""
    for heading, task in _tasks(starter, reference):
        own = _counterpart(task, mine)
        if own is not None and same_code([own], [task]):
            yield f"{heading}: as in the reference", "dim"
            continue
        yield heading, ""
        yield from _beside(own.source if own else "", task.source)
        yield "", ""
    yield "Lines with - are yours, with + the reference's. Your notebook is as it was.", "dim"


def _tasks(starter: Sequence[Cell], reference: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    """Find the cells in which starter and reference differ, each with the heading above it."""
    heading = ""
    for given, solved in zip(starter, reference, strict=True):
        if solved.kind == "markdown":
            found = re.search(r"^#+ +(.+)$", solved.source, re.MULTILINE)
            heading = found[1] if found else heading
        elif given.source != solved.source:
            yield heading or f"Cell {solved.number}", solved


def _counterpart(task: Cell, mine: Sequence[Cell]) -> Cell | None:
    """Find the learner's cell for a task: the last that defines the same names, or the one in its place."""
    names = set(_DEFINED.findall(task.source))
    code = [cell for cell in mine if cell.kind == "code"]
    if names:
        return next((cell for cell in reversed(code) if names <= set(_DEFINED.findall(cell.source))), None)
    return next((cell for cell in code if cell.number == task.number), None)


def _beside(mine: str, reference: str) -> Iterator[Line]:
    """Lay two texts beside each other as a diff in 80 columns."""
    old, new = mine.splitlines(), reference.splitlines()
    if not old:
        yield "  (your notebook has no such cell)", "dim"
    if len(old) > _MOST_LINES:
        yield f"  (your cell has {len(old)} lines: too long to lay beside it)", "dim"
        old = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _marked(" ", old[i:j], "")
            continue
        yield from _marked("-", old[i:j], "red")
        yield from _marked("+", new[k:m], "green")


def _marked(mark: str, lines: Sequence[str], style: str) -> Iterator[Line]:
    for line in (line[:_MOST_CHARACTERS] for line in lines):
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        room = _WIDTH - 2
        parts = (
            [line]
            if len(line) <= room
            else textwrap.wrap(
                line, room, subsequent_indent=indent[: room // 2], drop_whitespace=False, break_on_hyphens=False
            )
        )
        yield from ((f"{mark} {part.rstrip()}", style) for part in parts)
