"""The runs on disk: which lab runs have left telemetry, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.labs import labs_root


@dataclass(frozen=True, slots=True)
class Run:
    """One telemetry file as it stood when it was found. `saved_s` is Unix seconds, `size_bytes` its length.

    A run that is written again is another Run: the four together are the key under which a reading is kept.
    """

    name: str
    path: Path
    saved_s: float
    size_bytes: int

    @property
    def title(self) -> str:
        """Name the run for a person: "Lab 06, practice run"."""
        known = re.fullmatch(r"(\d\d)(-graded)?", self.name)
        if not known:
            return f"Run {self.name}"
        return f"Lab {known[1]}, " + ("the last graded run" if known[2] else "practice run")


def runs_folder() -> Path:
    """Return the folder in which the learner's notebooks and `grade` leave their runs."""
    return labs_root() / "my" / "runs"


def find_runs(folder: Path) -> tuple[Run, ...]:
    """Return the runs in a folder, newest first. What vanishes or may not be looked at meanwhile is left out."""
    return tuple(sorted(_found(folder), key=lambda run: (-run.saved_s, run.name)))


def _found(folder: Path) -> Iterable[Run]:
    for path in folder.glob("*/telemetry.jsonl"):
        try:
            stat = path.stat()
        except OSError:
            continue
        yield Run(path.parent.name, path, stat.st_mtime, stat.st_size)
