"""The `grade` command. Exit codes: 0 passed, 1 not passed, 2 wrong usage, 3 could not be graded."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from grader import desk
from grader.labs import LabError, find_labs

_EPILOG = "Exit codes: 0 passed, 1 not passed, 2 wrong usage, 3 could not be graded."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="grade", description="Grade a lab by its telemetry.", epilog=_EPILOG)
    parser.add_argument("lab", nargs="?", help="number of the lab, such as 06; without it: one line per lab")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--notebook", metavar="FILE", type=Path, help="grade another notebook as this lab; does not count as progress"
    )
    which.add_argument("--reference", action="store_true", help="grade the reference solution")
    parser.add_argument("--seed", metavar="N", type=int, help="repeat a grading exactly; does not count as progress")
    parser.add_argument("--json", metavar="FILE", help="write the report as JSON (- for standard output)")
    parser.add_argument("--junit", metavar="FILE", help="write the report as JUnit XML (- for standard output)")
    parser.add_argument("--time-limit", metavar="S", type=float, help="real seconds the notebook may run")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.time_limit is not None and not options.time_limit > 0:
        parser.error("--time-limit takes a number of seconds above 0")
    if options.json == options.junit == "-":
        parser.error("--json - and --junit - both write to standard output; give one of them a file")
    if "" in (options.json, options.junit):
        parser.error("--json and --junit take the name of a file, or -")
    if options.lab is None and (options.notebook or options.reference or options.json or options.junit):
        parser.error("name the lab, for example: grade 06 --reference")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)  # a closed terminal ends a grading as Ctrl-C does
    try:
        os.getcwd()
        return _print_map() if options.lab is None else _grade(options)
    except LabError as error:
        print(error, file=sys.stderr)
        return 3
    except FileNotFoundError:
        print("The current folder is gone. Change into another one, and grade again.", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped. Nothing was recorded.", file=sys.stderr)
        return 3


class _Stopped(KeyboardInterrupt):
    """Somebody ends the grading.

    A class of its own: where KeyboardInterrupt itself leaves an `exec` (dataclasses have one), Python ends by SIGINT
    afterwards, whatever exit code we return.
    """


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def _print_map() -> int:
    from course.catalogue import lessons
    from grader.progress import STATES, read_progress
    from grader.terminal import print_map

    states = read_progress(desk.progress_file())
    titles = {lesson.number: lesson.title for lesson in lessons()}
    rows = [
        (lab.number, titles.get(lab.number, lab.folder.name), states.get(lab.number, STATES[0])) for lab in find_labs()
    ]
    todo = next((number for number, _, state in rows if state != "passed"), None)
    advice = f"Next: open lab {todo} in JupyterLab, then type: grade {todo}" if todo else "All labs are passed."
    print_map(rows, advice)
    return 0


def _grade(options: argparse.Namespace) -> int:
    order = desk.Order(
        lab=options.lab,
        seed=secrets.randbits(64) if options.seed is None else options.seed,
        counts=options.seed is None and options.notebook is None and not options.reference,
        notebook=options.notebook,
        reference=options.reference,
        time_limit_s=options.time_limit,
    )
    grading, exit_code = desk.grade(order)
    trouble = desk.keep(order, grading)
    from grader.terminal import print_line, print_report

    quiet = "-" in (options.json, options.junit)
    try:
        print_report(grading.report, desk.headings(grading.report), sys.stderr if quiet else None)
        sys.stdout.flush()
    except (OSError, AttributeError):
        _give_up_printing()
    for target, text in ((options.json, grading.report.to_json()), (options.junit, grading.report.to_junit())):
        if target == "-":
            try:
                sys.stdout.write(text)
                sys.stdout.flush()
            except (OSError, AttributeError):
                _give_up_printing()
        elif target:
            try:
                Path(target).write_text(text, encoding="utf-8")
            except OSError as error:
                print_line(f"The report cannot be written to {target}: {error.strerror}.", sys.stderr)
                exit_code = 3
    for line in trouble:
        print_line(line, sys.stderr)
    return exit_code


def _give_up_printing() -> None:
    """Go on without an output that nobody reads (a closed pipe, a full disk): the exit code still says the verdict."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    sys.exit(main())
