"""Where things lie: the one place for the house's paths."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
OWN = VENV / "house"  # stamps, logs, the token: what the house keeps for itself
LOGS = OWN / "log"
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
SITE = ROOT / "site"
# The grader knows this variable too: whoever keeps their labs elsewhere says so once.
MY_LABS = Path(os.environ.get("GRADE_LABS") or ROOT / "labs") / "my"


def shown(path: Path) -> str:
    """A path as a person in the course's folder would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def last_lines(path: Path, count: int = 10) -> str:
    """The end of a log, indented; empty when there is none."""
    if not path.is_file():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])
