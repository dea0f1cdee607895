"""The `grade` command. Exit codes: 0 passed, 1 not passed, 2 wrong usage, 3 could not be graded."""

from __future__ import annotations

import argparse
import importlib
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from grader.options import WORDS, read_options
from grader.own_python import begin_anew_if_need_be

_INSIDE = "SIMULATOR_FD"  # set for a notebook while it is graded


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    if arguments is None:
        arguments = sys.argv[1:]
        begin_anew_if_need_be(arguments)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):  # Windows lacks one, and has to be told so by `grade doctor`
            signal.signal(number, _stop)  # a closed terminal ends a grading as Ctrl-C does
    try:
        if _INSIDE in os.environ:
            print("A notebook that is being graded cannot grade. Take that out of it.", file=sys.stderr)
            return 3
        if not _has_folder():
            print("The current folder is gone. Change into another one, and grade again.", file=sys.stderr)
            return 3
        if arguments and arguments[0] in WORDS:
            return int(importlib.import_module(WORDS[arguments[0]]).main(arguments[1:]))
        return _run(read_options(arguments))
    except KeyboardInterrupt:
        print("\nStopped. Nothing was recorded.", file=sys.stderr)
        return 3


def _has_folder() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


class _Stopped(KeyboardInterrupt):
    """Somebody ends the grading.

    A class of its own: where KeyboardInterrupt itself leaves an `exec` (dataclasses have one), Python ends by SIGINT
    afterwards, whatever exit code we return.
    """


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def _run(options: argparse.Namespace) -> int:
    from grader import commands
    from grader.labs import LabError, NoSuchLab
    from grader.ran import GraderError

    try:
        if options.lab is None:
            return commands.show_map()
        if options.hint:
            return commands.hint(options.lab)
        if options.solution:
            return commands.solution(options.lab)
        if options.reset:
            return commands.reset(options.lab, agreed=options.yes)
        return _grade(options)
    except (LabError, GraderError) as error:
        from grader.terminal import print_line

        print_line(str(error), sys.stderr)
        return 2 if isinstance(error, NoSuchLab) else 3


def _grade(options: argparse.Namespace) -> int:
    from grader import desk
    from grader.outputs import Outputs
    from grader.terminal import print_line

    own = options.notebook is None and not options.reference and not options.otlp
    order = desk.Order(
        lab=options.lab,
        seed=secrets.randbits(64) if options.seed is None else options.seed,
        counts=options.seed is None and own,
        notebook=options.notebook,
        reference=options.reference,
        time_limit_s=options.time_limit,
        program=options.command if options.otlp else None,
    )
    outputs = Outputs(options.json, options.junit)
    if options.watch:
        from grader.watch import watch

        return watch(order, outputs, fresh_seed=options.seed is None)
    grading, exit_code = desk.grade(order, say=lambda line: print_line(line, sys.stderr))
    trouble = desk.keep(order, grading)
    return outputs.write(grading.report, exit_code, trouble)


if __name__ == "__main__":
    sys.exit(main())
