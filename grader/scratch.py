"""The folder of one grading, and what gradings that were killed left behind."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

_NAME = re.compile(r"grade-(\d+)-\w+")
_OLD_S = 3600.0  # a process of another container may share this folder, and not be seen from here


def new_scratch() -> tempfile.TemporaryDirectory[str]:
    """Make a folder that is removed with the grading; its name says which process it belongs to."""
    remove_left_behind()
    return tempfile.TemporaryDirectory(prefix=f"grade-{os.getpid()}-", ignore_cleanup_errors=True)


@functools.cache
def remove_left_behind() -> None:
    """Remove the folders of gradings that were killed more than an hour ago; once in a process."""
    for path in Path(tempfile.gettempdir()).glob("grade-*"):
        named = _NAME.fullmatch(path.name)
        with contextlib.suppress(OSError):  # somebody else's, or gone meanwhile
            old = time.time() - path.lstat().st_mtime > _OLD_S
            if not named or not old or _runs(int(named[1])):
                continue
            if path.is_symlink():
                path.unlink()  # never what it points to
            else:
                shutil.rmtree(path)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
