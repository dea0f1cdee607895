"""`grade init DIR`: the labs in a folder of one's own, for those who installed the course as a package.

A marker file in it makes `grade` find the folder from inside and from below. What is there already stays as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from grader.labs import MARKER, LabError, ensure_working_copy, find_labs, own_labs
from grader.whole_file import write_new

_USAGE = "grade init: name one folder, for example: grade init observability-labs"
_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", "runs"}
_READ_ME = """\
# Labs: LLM Observability Fundamentals

Your notebooks are in `my/`. Open them with: jupyter lab my
Then, anywhere in this folder: `grade` shows all labs, `grade 06` grades one, `grade --help` the rest.
The folders with numbers are the labs themselves; leave them as they are.
"""


def main(arguments: Sequence[str]) -> int:
    """Make the folder and say what to do next. Exit codes: 0 done, 2 wrong usage, 3 it cannot be made."""
    from grader.terminal import print_line

    if len(arguments) != 1 or not arguments[0] or arguments[0].startswith("-"):
        print_line(_USAGE, sys.stderr)
        return 2
    target = Path(arguments[0])
    try:
        written, kept = fill(target, own_labs())
    except (OSError, LabError) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        print_line(f"{target} cannot be made into a folder of labs: {what}", sys.stderr)
        return 3
    print_line(f"{target}: files written: {written}; there before, and left as they are: {kept}.")
    there = "" if target.resolve() == Path.cwd() else f"cd {target}, then: "
    print_line(f"Next: {there}jupyter lab my. In a terminal there: grade")
    return 0


def fill(target: Path, source: Path) -> tuple[int, int]:
    """Copy every lab of `source` into `target`; returns how many files were written and how many were there before.

    Raises:
        OSError: if something cannot be written. What was written stays; the same command goes on from there.
        LabError: if `source` has no labs, or a lab is not whole, or `target` is the course's own folder.
    """
    labs = find_labs(source)
    came_with, here = source.resolve(), target.resolve()
    if here == came_with.parent or here.is_relative_to(came_with):
        raise LabError("it came with the course. Name another.")
    if not labs:
        raise LabError("this installation came without labs. Install it again.")
    # The marker comes last: a folder with a marker is whole.
    files = [(target / path.relative_to(source), path.read_bytes()) for lab in labs for path in _files(lab.folder)]
    files += [(target / "README.md", _READ_ME.encode()), (target / MARKER, b"")]
    written = 0
    for path, content in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            write_new(path, content)
            written += 1
    for lab in find_labs(target):
        ensure_working_copy(lab)
    return written, len(files) - written


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        yield from (Path(root, name) for name in sorted(names) if not name.endswith(".pyc"))
