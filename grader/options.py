"""What may stand behind `grade`, on one screen, and one line of advice for what may not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

WORDS = {
    "batch": "grader.batch.command",
    "audit": "grader.audit.command",
    "doctor": "grader.doctor.command",
    "init": "grader.own_folder",
}
"""Commands of their own, by their first word; each module has a `main(arguments) -> int`, imported when it is asked."""

_HELP = """\
grade                          every lab: where you stand, and the next step
grade 06                       your notebook of lab 06, on traffic it never saw
grade 06 --watch               again at each save, until Ctrl-C
grade 06 --hint                the next hint for the check that failed
grade 06 --solution            the reference beside yours, after 3 tries
grade 06 --reset [--yes]       the notebook as shipped; yours goes to my/backups
grade 06 --reference           the reference solution: does the set-up work?
grade 06 --notebook FILE       another notebook, as lab 06
grade 06 --otlp [-- COMMAND]   a program in any language, by the OTLP it sends
  --seed N                     repeats a grading exactly
  --json FILE, --junit FILE    the report for machines (- is standard output)
  --time-limit S               real seconds that the notebook may run

grade batch DIR --out DIR      a class: many submissions in parallel
grade audit                    your own application's telemetry
grade doctor                   what this machine lacks, and the fix
grade init DIR                 the labs, in a folder of your own

Your own notebook counts as progress, unless --seed is given.
Exit codes: 0 passed or done, 1 not passed, 2 wrong usage, 3 cannot be graded.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"grade: {message}. To see what there is, type: grade --help\n")

    def format_help(self) -> str:
        return _HELP


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="grade", allow_abbrev=False)
    parser.add_argument("lab", nargs="?")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--notebook", metavar="FILE", type=Path)
    for way in ("--reference", "--watch", "--hint", "--solution", "--reset", "--otlp"):
        ways.add_argument(way, action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--seed", metavar="N", type=int)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--junit", metavar="FILE")
    parser.add_argument("--time-limit", metavar="S", type=float)
    return parser


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read what was typed; `command` holds what stands behind `--`. Ends with 2 and one line if it cannot be meant."""
    parser = _parser()
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:at])
    options.command = tuple(arguments[at + 1 :])
    told = _wrong(options, at < len(arguments))
    if told:
        parser.error(told)
    return options


def _perhaps(word: str) -> str:
    from difflib import get_close_matches  # only a slip needs it

    near = get_close_matches(word, WORDS, n=1)
    return f", perhaps you mean: grade {near[0]}" if near else ""


def _wrong(options: argparse.Namespace, has_command: bool) -> str:
    grading = [name for name in ("seed", "json", "junit", "time_limit") if getattr(options, name) is not None]
    speaking = next((way for way in ("hint", "solution", "reset") if getattr(options, way)), None)
    if options.lab is None and (
        grading or speaking or any((options.notebook, options.reference, options.watch, options.otlp))
    ):
        return "name the lab, for example: grade 06 --reference"
    if options.lab is not None and not options.lab.isdecimal():
        return f"there is no lab or command {options.lab!r}{_perhaps(options.lab)}"
    if options.time_limit is not None and not 0 < options.time_limit < float("inf"):
        return "--time-limit takes a number of seconds above 0"
    if options.json == options.junit == "-":
        return "--json - and --junit - both write to standard output; give one of them a file"
    if "" in (options.json, options.junit):
        return "--json and --junit take the name of a file, or -"
    if speaking and grading:
        return f"--{speaking} grades nothing, so --{grading[0].replace('_', '-')} has no meaning"
    if options.yes and not options.reset:
        return "--yes goes with --reset"
    if has_command and not options.otlp:
        return "a command behind -- goes with --otlp"
    return ""
