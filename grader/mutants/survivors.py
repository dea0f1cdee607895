"""What a lab declares beside its checks: parts of the telemetry that are free, and mutants that may survive."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from grader.mutants.change import Mutant


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no check catches although its part is judged; `test` shows that it is as right as the original.

    `where` is a piece of what the mutant says of its place.
    """

    part: str
    words: str
    where: str
    reason: str
    test: str

    def is_it(self, mutant: Mutant) -> bool:
        """Tell whether this mutant is meant."""
        return (mutant.part, mutant.words) == (self.part, self.words) and self.where in mutant.where


@dataclass(frozen=True, slots=True)
class Declared:
    """A lab's declarations: `free` says for each part that the lab does not judge why not."""

    free: dict[str, str]
    survivors: tuple[Survivor, ...]


def read_declared(file: Path) -> Declared:
    """Read a lab's `survivors.toml`; a lab without one declares nothing."""
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return Declared(
        {part: entry["reason"] for entry in table.get("free", ()) for part in entry["parts"]},
        tuple(Survivor(**entry) for entry in table.get("survivor", ())),
    )
