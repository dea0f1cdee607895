"""The files on which a verdict rests: what they held before the learner's code ran, and which of them changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[1]
_SUFFIXES = (".py", ".toml", ".ini")


def snapshot(lab_folder: Path) -> Mapping[Path, bytes]:
    """Read the lab's files, the grader's and the simulator's."""
    folders = (lab_folder, _PROJECT / "grader", _PROJECT / "simulator")
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    return {file: file.read_bytes() for file in files}


def changed(before: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Return the files that are not as they were. They are left as they are: it may have been their author."""
    return tuple(file for file, content in before.items() if _read(file) != content)


def told(files: Iterable[Path]) -> str:
    """Say which files were changed and what to do, for the report."""
    names = ", ".join(f"{file.parent.name}/{file.name}" for file in files)
    return f"{names} changed while it was graded. If you did that, grade again; if not, restore it first."


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
