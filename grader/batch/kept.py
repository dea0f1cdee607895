"""The folder of results: one file a submission, each written whole; a batch that was ended goes on from there."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader import own_files
from grader.batch.names import is_plain
from grader.labs import Lab
from grader.report import OUTCOMES, VERDICTS, Report, from_json
from grader.whole_file import read_bounded, write_whole

_MOST_BYTES = 32 * 2**20


class BusyError(Exception):
    """Somebody else writes to this folder now."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One result: whose, of which file name, what it rests on (`key`), and the report."""

    learner: str
    name: str
    key: str
    report: Report


def result_file(out: Path, name: str) -> Path:
    """Return where a result is kept."""
    return out / "results" / f"{name}.json"


def keep(out: Path, kept: Kept) -> None:
    """Write a result.

    Raises:
        OSError: if it cannot be written.
    """
    entries = {"learner": kept.learner, "key": kept.key} | json.loads(kept.report.to_json())
    write_whole(result_file(out, kept.name), (json.dumps(entries, indent=2) + "\n").encode())


def read(file: Path) -> Kept:
    """Read a result back.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is not a result.
    """
    text = read_bounded(file, _MOST_BYTES).decode()
    report = from_json(text)
    outcomes = {result.outcome for result in report.checks}
    if not is_plain(file.stem) or report.verdict not in VERDICTS or not outcomes <= set(OUTCOMES):
        raise ValueError("This is not a result of a batch.")
    entries = json.loads(text)
    return Kept(str(entries.get("learner", file.stem)), file.stem, str(entries.get("key", "")), report)


def judge_key(lab: Lab) -> str:
    """Return what changes with the lab, the grader or the simulator: a result that rests on another is not this one."""
    digest = hashlib.sha256()
    for file, content in sorted(own_files.snapshot(lab.folder).items()):
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def key_of(content: bytes, *rest: object) -> str:
    """Return what a result rests on, as one text."""
    return hashlib.sha256(content + repr(rest).encode()).hexdigest()


@contextmanager
def held(out: Path) -> Iterator[Path]:
    """Hold the folder for oneself; gives a folder inside for what is at work, which is empty, and removed at the end.

    Raises:
        BusyError: if another batch holds it.
        OSError: if it cannot be made.
    """
    (out / "results").mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"Another batch writes to {out} now. Wait for it, or name another folder.") from error
        work = out / ".work"
        shutil.rmtree(work, ignore_errors=True)
        for half_written in (out / "results").glob(".*.json-*"):
            half_written.unlink(missing_ok=True)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
