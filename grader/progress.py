"""What the learner has reached, lab by lab: one small file beside the working copies."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

STATES = ("not started", "in progress", "passed", "regressed")


def read_progress(path: Path) -> dict[str, str]:
    """Read the state of each lab by number; a missing or damaged file means that nothing was started."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(lab): state for lab, state in found.items() if state in STATES}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def next_state(before: str, verdict: str) -> str:
    """Return a lab's state after a grading with this verdict."""
    if verdict == "passed":
        return "passed"
    if verdict in ("not-attempted", "cannot-grade"):
        return before
    return "regressed" if before in ("passed", "regressed") else "in progress"


def write_progress(path: Path, lab: str, verdict: str) -> None:
    """Record a verdict; the file is replaced whole, so that a crash leaves the old one or the new one.

    Raises:
        OSError: if the folder cannot be written.
    """
    states = read_progress(path)
    states[lab] = next_state(states.get(lab, STATES[0]), verdict)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".progress-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(states, file, indent=1, sort_keys=True)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
