"""The files on which a verdict rests: what they held before the learner's code ran, and which of them changed since.

The bytecode beside them counts too: Python runs it instead of the source, if its header says that it fits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib.util import cache_from_source
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


def bytecode(files: Iterable[Path]) -> Mapping[Path, bytes]:
    """Read what Python has compiled of these files."""
    read = ((file, _read(file)) for file in _compiled(files))
    return {file: content for file, content in read if content is not None}


def forget_new_bytecode(files: Iterable[Path], before: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Remove what was compiled of these files since, by whomever; Python does it anew. Returns what is still there."""
    left = []
    for file in _compiled(files):
        found = _read(file)
        if os.path.lexists(file) and (found is None or found != before.get(file)):
            try:
                file.unlink()
            except OSError:
                left.append(file)
    return tuple(left)


def told(files: Iterable[Path]) -> str:
    """Say which files were changed and what to do, for the report."""
    names = ", ".join(f"{file.parent.name}/{file.name}" for file in files)
    return f"{names} changed while it was graded. If you did that, grade again; if not, restore it first."


def _compiled(files: Iterable[Path]) -> Iterable[Path]:
    return (Path(cache_from_source(str(file))) for file in files if file.suffix == ".py")


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.is_file() else None  # a pipe in its place would keep us waiting
    except OSError:
        return None
