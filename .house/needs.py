"""What a machine must have before anything is installed: each function answers with a line for a person, or nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

# Measured on Linux with Python 3.11: .venv 1,150 MB when complete; the wheels on their way 330 MB.
NEEDED_MB = 1_800
UPDATE_MB = 600  # some packages anew, beside the old ones


class CannotStart(Exception):
    """Something a person has to change first; its text says what happened, where, and what to do."""


def venv_line(missing: list[str], python: str) -> str:
    """What to say when Python came without parts of the standard library that make a virtual environment."""
    if not missing:
        return ""
    return (
        f"{python} cannot make a virtual environment: it came without {' and '.join(missing)}.\n"
        "On Debian or Ubuntu: sudo apt install python3-venv python3-pip. Elsewhere: install Python from its makers."
    )


def disk_line(free_mb: int, folder: Path, needed_mb: int) -> str:
    """What to say when the disk under `folder` is too small."""
    if free_mb >= needed_mb:
        return ""
    return (
        f"The disk under {folder} has {free_mb:,} MB free; the installation needs {needed_mb:,} MB.\n"
        f"Free {needed_mb - free_mb:,} MB there, then run the same command again."
    )


def folder_line(folder: Path) -> str:
    """What to say when the course's own folder cannot be written to."""
    if os.access(folder, os.W_OK | os.X_OK):
        return ""
    return f"{folder} cannot be written to, and .venv belongs there.\nCopy the course to a folder of your own."


def missing_modules() -> list[str]:
    """The parts needed for a virtual environment that this Python lacks (Debian ships them apart)."""
    return [module for module in ("venv", "ensurepip") if importlib.util.find_spec(module) is None]


def check_machine(root: Path, needed_mb: int) -> None:
    """Raise CannotStart with the first line that a person has to read; otherwise nothing."""
    free_mb = shutil.disk_usage(root).free // 1_000_000
    for line in (folder_line(root), venv_line(missing_modules(), sys.executable), disk_line(free_mb, root, needed_mb)):
        if line:
            raise CannotStart(line)
