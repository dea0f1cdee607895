"""The one small file that keeps progress: read, changed under a lock, and set aside when it is damaged."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.progress import LabProgress, Progress, ProgressError, from_text, is_sealed, to_text
from grader.whole_file import dated, read_bounded, write_whole

MAX_BYTES = 2**20
_PATIENCE_S = 5.0
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read; `told` is a line for a person if a damaged file was set aside."""

    progress: Progress
    told: str = ""


def read_kept(path: Path) -> Kept:
    """Read progress; a damaged file is set aside under a name with the date, and progress starts anew.

    Raises:
        OSError: if the file is there and cannot be read.
    """
    try:
        return Kept(_read(path))
    except FileNotFoundError:
        return Kept({})
    except ProgressError:
        with _locked(path):
            return _read_or_set_aside(path)


def change_lab(path: Path, number: str, change: Callable[[LabProgress], LabProgress]) -> Kept:
    """Change one lab's progress; of two programs that do so at once, neither loses what the other wrote.

    Raises:
        OSError: if it cannot be kept; what was kept before is there still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        kept = _read_or_set_aside(path)
        changed = {**kept.progress, number: change(kept.progress.get(number, LabProgress()))}
        for left in path.parent.glob(f".{path.name}-*"):
            left.unlink(missing_ok=True)  # half written by one that was killed
        if changed != kept.progress or kept.told:
            write_whole(path, to_text(changed).encode())
        return Kept(changed, kept.told)


def _read(path: Path) -> Progress:
    try:
        return from_text(read_bounded(path, MAX_BYTES))
    except OSError as error:
        if error.errno in (errno.EFBIG, errno.EINVAL, errno.EISDIR, errno.ELOOP):
            raise ProgressError(error.strerror) from error
        raise


def _read_or_set_aside(path: Path) -> Kept:
    try:
        return Kept(_read(path))
    except FileNotFoundError:
        return Kept({})
    except ProgressError:
        aside = dated(path.parent, "progress-damaged", ".json", datetime.now())
        os.rename(path, aside)
        return Kept({}, f"Your progress file could not be read. It is kept as {aside.name}; the map starts anew.")


def snapshot(path: Path) -> bytes | None:
    """Return what the file holds now, or None if there is none that can be read."""
    try:
        return read_bounded(path, MAX_BYTES)
    except OSError:
        return None


def restore_if_forged(path: Path, before: bytes | None) -> bool:
    """Put back what the file held if something other than a grader changed it since; tells whether it did so.

    Another `grade` may well have written meanwhile; what it wrote carries the grader's seal. That is no lock: a program
    that wants to can seal what it writes.

    Raises:
        OSError: if the file cannot be put back.
    """
    if not _is_forged(path, before):  # without the lock, which a folder that cannot be written does not give
        return False
    with _locked(path):
        if not _is_forged(path, before):
            return False
        if before is None or path.is_dir():
            os.rename(path, dated(path.parent, "progress-forged", ".json", datetime.now()))
        if before is not None:
            write_whole(path, before)
        return True


def _is_forged(path: Path, before: bytes | None) -> bool:
    if before is None and not os.path.lexists(path):
        return False
    now = snapshot(path)
    return now != before and not (now is not None and is_sealed(now))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the file; the system frees it when its holder ends, however that ends."""
    import fcntl  # not on Windows, where `grade doctor` still has to speak

    until_s = time.monotonic() + _PATIENCE_S
    lock = path.with_name(f"{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until_s:
                    raise OSError(errno.EBUSY, f"another program holds {lock.name}") from None
                time.sleep(_LOOK_S)
        yield
    finally:
        os.close(descriptor)
