"""Whether `.venv` is complete and up to date: one word written last, when everything else has worked."""

from __future__ import annotations

import hashlib
import re
import subprocess

import rooms

STAMP = rooms.OWN / "installed"


def fingerprint(lock: bytes, project: bytes, place: str) -> str:
    """What an installation depends on, as one word: the same word means nothing is to be done."""
    return hashlib.sha256(b"\0".join((lock, project, place.encode()))).hexdigest()


def wanted() -> str:
    """The stamp that a complete `.venv` of this folder carries."""
    return fingerprint(rooms.LOCK.read_bytes(), rooms.PROJECT.read_bytes(), str(rooms.ROOT))


def can_run() -> bool:
    """Whether the Python of `.venv` starts; it does not when the Python it was made from has gone."""
    try:
        return subprocess.run([rooms.PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def is_installed() -> bool:
    """Whether `.venv` is complete, up to date, and its Python still starts."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted() and can_run()


def other_python_line(config: str, version: tuple[int, ...]) -> str:
    """What to say when `.venv` keeps another Python than the one that was named; `config` is its pyvenv.cfg."""
    kept = re.search(r"^version = (\d+)\.(\d+)", config, re.MULTILINE)
    if kept is None or (int(kept[1]), int(kept[2])) == version[:2]:
        return ""
    asked = ".".join(map(str, version[:2]))
    return f".venv has Python {kept[1]}.{kept[2]} and keeps it. For Python {asked}, delete .venv first."
