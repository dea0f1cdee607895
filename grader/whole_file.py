"""Files read whole and written whole: whatever ends the writing, an older one stays as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """Read a regular file of at most this size; nothing else under its name can keep the reader waiting.

    Raises:
        OSError: if it cannot be read, is no regular file (EINVAL) or is too large (EFBIG).
    """
    with open(path, "rb", opener=_open_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        content = file.read(most_bytes + 1) if found.st_size <= most_bytes else b""
    size = max(found.st_size, len(content))
    if size > most_bytes:
        raise OSError(errno.EFBIG, f"it has {size // 2**20} MB; at most {most_bytes // 2**20} MB")
    return content


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe under its name would wait for somebody to write."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, in place of the one that may be there.

    Raises:
        OSError: if it cannot be written; what was there is there still.
    """
    _put(path, content, os.replace)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    Raises:
        FileExistsError: if it is there; it stays.
        OSError: if it cannot be written.
    """
    _put(path, content, _link)


def _link(written: str, path: Path) -> None:
    try:
        os.link(written, path)
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(17, "File exists", str(path)) from None
        os.rename(written, path)  # a file system without links, such as a USB stick's


def _put(path: Path, content: bytes, place: Callable[[str, Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), _mode(path))
        place(written, path)
        _sync_folder(path.parent)
    finally:
        Path(written).unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Return the permissions a file has, or those it gets as a new one; `mkstemp` would leave it private."""
    with contextlib.suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def dated(folder: Path, stem: str, suffix: str, now: datetime) -> Path:
    """Return a name with date and time in it that nothing in this folder has."""
    name = f"{stem}-{now:%Y-%m-%d-%H%M%S}"
    path, number = folder / f"{name}{suffix}", 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{name}-{number}{suffix}"
    return path
