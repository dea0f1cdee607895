"""Bare `grade`: every lab on one screen, and the one next step. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.progress import LabProgress

_SIGNS = {"not started": ("·", "dim"), "in progress": ("~", ""), "passed": ("✓", "green"), "regressed": ("✗", "red")}
_TITLE = 46


@dataclass(frozen=True, slots=True)
class Row:
    """One lab: number, title, minutes to read its lesson (None: it has none) and to do it, notebook as typed, state."""

    number: str
    title: str
    reading_min: int | None
    working_min: int
    notebook: str
    progress: LabProgress


def map_lines(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Return the map, line by line with its style; at most 80 columns."""
    rows = tuple(rows)
    lines = [(f"     {'lab':{_TITLE}}minutes    best  state", "dim")]
    lines += [_line(row) for row in rows]
    return [*lines, ("", ""), *((line, "") for line in _next_step(rows))]


def _line(row: Row) -> tuple[str, str]:
    lab = row.progress
    sign, style = _SIGNS[lab.state]
    minutes = f"{row.reading_min}+{row.working_min}" if row.reading_min else f"{row.working_min}"
    checks = f"{lab.best}/{lab.checks}" if lab.checks else ""
    title = row.title if len(row.title) <= _TITLE else f"{row.title[: _TITLE - 1]}…"
    return f"{sign} {row.number} {title:{_TITLE}} {minutes:>6} {checks:>7}  {lab.state}", style


def _next_step(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Say the one thing to do next: what fell back first, then what was begun, then what comes next."""
    for state in ("regressed", "in progress", "not started"):
        row = next((row for row in rows if row.progress.state == state), None)
        if row is None:
            continue
        grade = f"grade {row.number}"
        if state == "regressed":
            return (f"Next: lab {row.number} was passed once and is not now. See why: {grade}",)
        if state == "in progress":
            stuck = f" (stuck? {grade} --hint)" if row.progress.stuck_on else ""
            return (f"Next: go on with lab {row.number}, save, then type: {grade}{stuck}", f"  {row.notebook}")
        return (f"Next: open lab {row.number} in JupyterLab, then type: {grade}", f"  {row.notebook}")
    return ("All labs are passed." if rows else "There are no labs here.",)
