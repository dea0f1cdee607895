"""What `grade` says besides a verdict: the map, a hint, the solution; and the way back to the starter."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from grader.desk import progress_file
from grader.labs import Lab, LabError, find_lab, find_labs
from grader.notebook import NotebookError, read_notebook
from grader.progress import LabProgress
from grader.progress_file import Kept, change_lab, read_kept
from grader.terminal import columns, print_line, print_lines


def show_map() -> int:
    """Print every lab, where the learner stands, and the next step."""
    from course.catalogue import lessons
    from grader.lab_map import Row, map_lines

    progress = _kept().progress
    about = {lesson.number: lesson for lesson in lessons()}
    rows = [
        Row(
            lab.number,
            about[lab.number].title if lab.number in about else lab.folder.name,
            about[lab.number].minutes if lab.number in about else None,
            lab.minutes,
            _shown(lab.working_copy),
            progress.get(lab.number, LabProgress()),
        )
        for lab in find_labs()
    ]
    print_lines(map_lines(rows, columns()))
    return 0


def hint(number: str) -> int:
    """Print the next hint of a lab, and remember it; 1 if there is nothing to hint at."""
    from grader.declared import declared_checks, hints_of
    from grader.hints import next_hint
    from grader.progress import hint_shown

    lab = find_lab(number)
    titles, hints = dict(declared_checks(lab.checks_file)), hints_of(lab.checks_file)
    found = next_hint(lab.number, _of(lab), titles, hints, columns())
    for line in found.lines:
        print_line(line)
    if not found.level:
        return 1
    try:
        change_lab(progress_file(), lab.number, lambda before: hint_shown(before, found.check, found.level))
    except OSError as error:
        print_line(f"That you saw this hint could not be kept: {error.strerror}.", sys.stderr)
    return 0


def solution(number: str) -> int:
    """Print the reference beside the learner's own cells; 1, and how many tries are left, if it may not be seen yet."""
    from grader.hints import more_tries
    from grader.progress import TRIES_FOR_SOLUTION
    from grader.reveal import solution_lines
    from grader.solutions import right_solutions

    lab = find_lab(number)
    progress = _of(lab)
    if not progress.may_see_solution:
        left = more_tries(TRIES_FOR_SOLUTION - progress.tries)
        print_line(f"The solution shows after a pass, or after {left}. A try: grade {lab.number}")
        return 1
    try:
        mine = read_notebook(lab.working_copy)
    except NotebookError as error:
        print_line(str(error), sys.stderr)
        mine = ()
    print_lines(solution_lines(lab.starter, lab.reference, mine))
    if others := right_solutions(lab):
        print_line(f"Other right ways: {', '.join(others)}. They stand in {_shown(lab.folder / 'right')}")
    return 0


def reset(number: str, *, agreed: bool) -> int:
    """Put the starter back, after asking; 2 if there is nobody to ask, 1 if the answer is no."""
    from grader.reset import UNCHANGED
    from grader.reset import reset as put_back

    lab = find_lab(number)
    if not agreed and not sys.stdin.isatty():
        print_line(f"Nobody is here to confirm. To reset without asking: grade {lab.number} --reset --yes", sys.stderr)
        return 2

    def agree(question: str) -> bool:
        with suppress(EOFError):
            return agreed or input(question).strip().lower() in ("y", "yes")
        return False

    lines = put_back(lab, agree, datetime.now())
    for line in lines:
        print_line(line)
    return int(lines == UNCHANGED)


def _kept() -> Kept:
    try:
        kept = read_kept(progress_file())
    except OSError as error:
        raise LabError(f"Your progress in {_shown(progress_file())} cannot be read: {error.strerror}.") from error
    if kept.told:
        print_line(kept.told, sys.stderr)
    return kept


def _of(lab: Lab) -> LabProgress:
    return _kept().progress.get(lab.number, LabProgress())


def _shown(path: Path) -> str:
    """Return a path as a person would type it from here."""
    shown = os.path.relpath(path)
    return str(path) if shown.startswith(os.pardir) else shown
