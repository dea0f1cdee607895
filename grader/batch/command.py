"""The `grade batch` command. Exit codes: 0 all passed, 1 some did not, 2 wrong usage, 3 some could not be graded."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from grader.batch.submissions import ClassError, Submission, assign
from grader.labs import LabError, find_lab
from grader.terminal import print_line

_HELP = """\
grade batch DIR --lab 06 --out OUT    a folder a learner, or files, or a zip
grade batch DIR --out OUT             the lab by each file's name: 06_….ipynb
grade batch merge OUT1 OUT2 --out OUT one summary of several batches
  --jobs N          how many at a time; as many as there are cores
  --seed N          the same traffic for all; else each has its own, recorded
  --time-limit S    real seconds that a notebook may run
  --require-walls   grade nothing where notebooks cannot be kept apart

A batch that was ended goes on where it was: type the same command again.
What did not change since is not graded again.
Exit codes: 0 all passed, 1 some did not, 2 wrong usage, 3 some could not.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"grade batch: {message}. To see what there is, type: grade batch --help\n")

    def format_help(self) -> str:
        return _HELP


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    merging = arguments[:1] == ["merge"]
    parser = _Parser(prog="grade batch", allow_abbrev=False)
    parser.add_argument("source", type=Path, nargs="+" if merging else 1)
    parser.add_argument("--out", type=Path, required=True)
    if not merging:
        parser.add_argument("--lab", default="")
        parser.add_argument("--jobs", type=int, default=_cores())
        parser.add_argument("--seed", type=int)
        parser.add_argument("--time-limit", type=float)
        parser.add_argument("--require-walls", action="store_true")
    options = parser.parse_args(arguments[1:] if merging else arguments)
    if not merging and options.jobs < 1:
        parser.error("--jobs takes a number above 0")
    if not merging and options.time_limit is not None and not 0 < options.time_limit < float("inf"):
        parser.error("--time-limit takes a number of seconds above 0")
    if merging:
        from grader.batch.merge import merge

        return merge(tuple(options.source), options.out)
    return _batch(options)


def _batch(options: argparse.Namespace) -> int:
    from grader import walls
    from grader.batch.run import Terms, run

    (source,) = options.source
    if options.require_walls and walls.missing():
        print_line(f"There are no walls here: {walls.missing()}. Nothing was graded.", sys.stderr)
        return 3
    try:
        submissions = _submissions(source, options.lab)
    except (ClassError, LabError) as error:
        print_line(str(error), sys.stderr)
        return 2
    if not walls.available():
        what = f"There are no walls here: {walls.missing()}. Each notebook can do what you can do."
        print_line(what, sys.stderr)
    hidden = tuple(str(path.resolve()) for path in (source, options.out))
    return run(
        submissions, options.out, Terms(options.seed, options.time_limit, walls.available(), hidden), options.jobs
    )


def _submissions(source: Path, lab: str) -> tuple[Submission, ...]:
    from grader.batch.handed_in import entries_of

    number = find_lab(lab).number if lab else ""
    return assign(entries_of(source), number)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
