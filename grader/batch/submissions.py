"""What a class handed in: which file is whose, and for which lab. Pure: what can be read is told by `Entry`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.batch.names import file_names, shown

_NUMBERED = re.compile(r"(\d\d)_(.+)", re.DOTALL)
_SKIPPED = ("__MACOSX", "__pycache__", "node_modules")


class SubmissionError(ValueError):
    """A submission that cannot be read; says why. It costs nobody but its author."""


class ClassError(ValueError):
    """A class that cannot be read at all; says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A notebook, or what stands in its place: where it is, how to read it, and why it will not be read, if so."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One notebook of one learner; `trouble` says why it cannot be graded. `name` is that of its result files."""

    learner: str
    lab: str
    notebook: str
    name: str
    read: Callable[[], bytes]
    trouble: str = ""


def unreadable(parts: tuple[str, ...], trouble: str) -> Entry:
    """Return an entry that stands for something nobody will read."""

    def read() -> bytes:
        raise SubmissionError(trouble)

    return Entry(parts, read, trouble)


def is_skipped(parts: Iterable[str]) -> bool:
    """Tell whether a path is one that systems and editors leave beside a person's work."""
    return any(part.startswith(".") or part in _SKIPPED for part in parts)


def is_notebook(name: str) -> bool:
    """Tell whether a file's name is that of a notebook."""
    return name.lower().endswith(".ipynb")


def assign(entries: Iterable[Entry], lab: str) -> tuple[Submission, ...]:
    """Find out whose each notebook is: a folder is a learner's, a file without a folder is a learner's too.

    `lab` is the one that all are graded as; if it is empty, each notebook's name begins with its lab's number.
    """
    found = sorted(_folders(entries, lab) if lab else _numbered(entries), key=lambda given: (given[0], given[1]))
    names = file_names([learner if lab or not number else f"{learner}-{number}" for learner, number, _ in found])
    return tuple(
        Submission(shown(learner), number, shown(entry.parts[-1]), name, entry.read, entry.trouble)
        for (learner, number, entry), name in zip(found, names, strict=True)
    )


def _folders(entries: Iterable[Entry], lab: str) -> Iterator[tuple[str, str, Entry]]:
    for learner, own in _by_learner(entries).items():
        of_lab = [entry for entry in own if entry.parts[-1].startswith(f"{lab}_")]
        yield learner, lab, _only(own if len(own) == 1 else of_lab or own, lab)


def _numbered(entries: Iterable[Entry]) -> Iterator[tuple[str, str, Entry]]:
    for learner, own in _by_learner(entries).items():
        labs = defaultdict(list)
        for entry in own:
            match = _NUMBERED.match(entry.parts[-1])
            labs[match[1] if match else ""].append(entry)
        if len(labs) > 1:
            labs.pop("", None)  # notes beside the work
        for lab, of_lab in labs.items():
            nameless = "Its name does not begin with the number of a lab, such as 06_. Or name the lab: --lab 06."
            entry = _only(of_lab, lab)
            yield learner, lab, entry if lab or entry.trouble else unreadable(entry.parts, nameless)


def _by_learner(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    learners = defaultdict(list)
    for entry in entries:
        if len(entry.parts) > 1:
            learner = entry.parts[0]
        else:
            stem = PurePosixPath(entry.parts[0]).stem if is_notebook(entry.parts[0]) else entry.parts[0]
            match = _NUMBERED.fullmatch(stem)
            learner = match[2] if match else stem
        learners[learner].append(entry)
    return learners


def _only(entries: list[Entry], lab: str) -> Entry:
    if len(entries) == 1:
        return entries[0]
    if len({entry.parts for entry in entries}) < len(entries):
        return unreadable(entries[0].parts, "This name is there more than once. Leave one of them.")
    what = f"{len(entries)} notebooks could be meant. Leave one whose name begins with {lab or 'the lab'}_."
    return unreadable(entries[0].parts, what)
