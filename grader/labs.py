"""Labs on disk: where each stands, its working copy, its starter and its reference."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.master import read_master
from grader.notebook import Cell, to_notebook
from grader.whole_file import write_new

ROOT_VARIABLE = "GRADE_LABS"
"""Environment variable that names another labs folder than the project's own."""

MARKER = ".grade-labs"
"""A file of this name marks a labs folder that `grade init` made: `grade` finds it from inside and from below."""

_MINUTES = 20  # what a lab takes somebody who read the lesson, unless its lab.toml says otherwise


class LabError(ValueError):
    """A lab that is not there or not whole; says what to type instead."""


class NoSuchLab(LabError):
    """A number that no lab has: wrong usage."""


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab: two-digit number, folder, the traffic and time (real seconds) its grading gets, minutes of work."""

    number: str
    folder: Path
    scenario: str
    time_limit_s: float
    minutes: int = _MINUTES

    @property
    def checks_file(self) -> Path:
        """Return the file with the lab's checks."""
        return self.folder / "checks.py"

    @property
    def working_copy(self) -> Path:
        """Return where the learner's own notebook stands."""
        return self.folder.parent / "my" / f"{self.folder.name}.ipynb"

    @property
    def starter(self) -> tuple[Cell, ...]:
        """Return the starter's cells."""
        return read_master(self.folder / "master.py", solved=False)

    @property
    def reference(self) -> tuple[Cell, ...]:
        """Return the reference solution's cells."""
        return read_master(self.folder / "master.py", solved=True)


def labs_root() -> Path:
    """Return the folder that holds the labs."""
    given = os.environ.get(ROOT_VARIABLE)
    return Path(given) if given else _marked() or own_labs()


def own_labs() -> Path:
    """Return the labs that came with this installation."""
    return Path(__file__).resolve().parents[1] / "labs"


def _marked() -> Path | None:
    """Return the marked folder around the current one. Somebody else's does not count: its checks would run here."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        with suppress(OSError):
            if (folder / MARKER).stat().st_uid == getattr(os, "getuid", int)():  # Windows has neither
                return folder
    return None


def find_labs(root: Path | None = None) -> tuple[Lab, ...]:
    """Return all labs that have a `lab.toml`, in order of their numbers."""
    folders = sorted((root or labs_root()).glob("[0-9][0-9]_*"))
    return tuple(_read(folder) for folder in folders if (folder / "lab.toml").is_file())


def _read(folder: Path) -> Lab:
    try:
        table = tomllib.loads((folder / "lab.toml").read_text(encoding="utf-8"))
        minutes = int(table.get("minutes", _MINUTES))
        return Lab(folder.name[:2], folder, str(table["scenario"]), float(table["time_limit_s"]), minutes)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise LabError(f"{folder.name}/lab.toml needs a scenario and a time_limit_s: {error}.") from error


def find_lab(number: str, root: Path | None = None) -> Lab:
    """Return the lab of a number, "6" or "06".

    Raises:
        NoSuchLab: if there is none, naming those that there are.
    """
    labs = find_labs(root)
    wanted = number.zfill(2)
    for lab in labs:
        if lab.number == wanted:
            return lab
    there = ", ".join(lab.number for lab in labs) or "none"
    raise NoSuchLab(f"There is no lab {number}. There are: {there}. Type `grade` to see them.")


def ensure_working_copy(lab: Lab) -> Path:
    """Make the learner's copy of the starter if there is none yet, and return where it stands.

    Raises:
        LabError: if the folder cannot be written.
    """
    path = lab.working_copy
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):  # made meanwhile; or a link into nowhere, which reading it says
                write_new(path, to_notebook(lab.starter).encode())
    except OSError as error:
        raise LabError(
            f"Your copy of lab {lab.number} cannot be written to {path.parent}: {error.strerror}."
        ) from error
    return path


def build_starters(root: Path | None = None) -> tuple[Path, ...]:
    """Write every lab's starter notebook from its master, and return the files; `python -m grader.labs` does this."""
    written = []
    for lab in find_labs(root):
        target = lab.folder / "lab.ipynb"
        target.write_text(to_notebook(lab.starter), encoding="utf-8")
        written.append(target)
    return tuple(written)


if __name__ == "__main__":
    for file in build_starters():
        print(f"written: {file.parent.name}/{file.name}")
