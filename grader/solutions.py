"""The wrong and the other right solutions that stand beside a lab, and prove its checks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from grader.labs import Lab
from grader.master import read_master
from grader.notebook import Cell


class SolutionError(ValueError):
    """A patch that does not fit the reference any more; says which, and which text it looked for."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A plausible wrong solution: its name says the mistake, `fails` the checks that must catch it.

    `looks_complete` marks those with the right spans and all attributes, and one wrong value.
    """

    name: str
    cells: tuple[Cell, ...]
    fails: frozenset[str]
    looks_complete: bool


def wrong_solutions(lab: Lab) -> tuple[Wrong, ...]:
    """Return a lab's wrong solutions, made from its reference.

    Raises:
        SolutionError: if a patch does not fit.
    """
    table = tomllib.loads((lab.folder / "wrong.toml").read_text(encoding="utf-8"))
    return tuple(
        Wrong(
            entry["name"],
            _patch(lab.reference, entry["replace"], entry["name"]),
            frozenset(entry["fails"]),
            bool(entry.get("looks_complete", False)),
        )
        for entry in table["wrong"]
    )


def _patch(cells: tuple[Cell, ...], pairs: list[list[str]], name: str) -> tuple[Cell, ...]:
    for old, new in pairs:
        hits = [n for n, cell in enumerate(cells) if old in cell.source]
        if len(hits) != 1 or cells[hits[0]].source.count(old) != 1:
            raise SolutionError(f"{name!r}: this text must stand in the reference exactly once: {old!r}")
        n = hits[0]
        cells = (*cells[:n], Cell(cells[n].kind, cells[n].source.replace(old, new), cells[n].number), *cells[n + 1 :])
    return cells


def right_solutions(lab: Lab) -> dict[str, tuple[Cell, ...]]:
    """Return the other right solutions by name: whole notebooks in percent format, in the lab's folder `right`."""
    files: list[Path] = sorted((lab.folder / "right").glob("*.py"))
    return {file.stem.replace("_", " "): read_master(file, solved=True) for file in files}
