"""Keeps the user's Python settings out of the judge: what PYTHONPATH names could stand in for any module it imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_FOREIGN = ("PYTHONPATH", "PYTHONOPTIMIZE", "PYTHONINSPECT", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONVERBOSE")
_BEGIN = "import sys; sys.path.append({root!r}); from grader.cli import main; sys.exit(main())"


def begin_anew_if_need_be(arguments: Sequence[str]) -> None:
    """Start this command again without the user's Python settings, if there are any that matter.

    A `sitecustomize` on PYTHONPATH has run by then; nothing can keep a user from changing a Python of their own.
    """
    if sys.flags.ignore_environment or not any(os.environ.get(name) for name in _FOREIGN):
        return
    program = _BEGIN.format(root=str(Path(__file__).resolve().parents[1]))
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-E", "-P", "-c", program, *arguments])
