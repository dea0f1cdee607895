"""Bare `grade`: every lab on one screen, and the one next step. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.progress import LabProgress

_SIGNS = {"not started": ("·", "dim"), "in progress": ("~", ""), "passed": ("✓", "green"), "regressed": ("✗", "red")}
_TITLE, _LEAST_TITLE, _BESIDE_TITLE = 46, 7, 33


@dataclass(frozen=True, slots=True)
class Row:
    """One lab: number, title, minutes to read its lesson (None: it has none) and to do it, notebook as typed, state."""

    number: str
    title: str
    reading_min: int | None
    working_min: int
    notebook: str
    progress: LabProgress


def map_lines(rows: Iterable[Row], columns: int = 80) -> list[tuple[str, str]]:
    """Return the map, line by line with its style; in a narrow terminal, titles make room for the states."""
    rows = tuple(rows)
    room = min(_TITLE, max(_LEAST_TITLE, columns - _BESIDE_TITLE))
    lines = [(f"     {'lab':{room}}minutes    best  state", "dim")]
    lines += [_line(row, room) for row in rows]
    return [*lines, ("", ""), *((line, "") for line in _next_step(rows))]


def _line(row: Row, room: int) -> tuple[str, str]:
    lab = row.progress
    sign, style = _SIGNS[lab.state]
    minutes = f"{row.reading_min}+{row.working_min}" if row.reading_min else f"{row.working_min}"
    checks = f"{lab.best}/{lab.checks}" if lab.checks else ""
    title = row.title if len(row.title) <= room else f"{row.title[: room - 1]}…"
    return f"{sign} {row.number} {title:{room}} {minutes:>6} {checks:>7}  {lab.state}", style


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
