"""A labs folder of its own for each test, and the `grade` command as a person types it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.labs import find_lab
from grader.notebook import to_notebook


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def labs(tmp_path: Path) -> Iterator[Path]:
    """A labs folder of its own, so that no test touches the learner's work: links to the labs, and a fresh `my`."""
    root = tmp_path / "labs"
    root.mkdir()
    for lab in find_lab("06").folder.parent.glob("[0-9][0-9]_*"):
        (root / lab.name).symlink_to(lab, target_is_directory=True)
    yield root


Grade = Callable[..., Said]


@pytest.fixture
def grade(labs: Path, tmp_path: Path) -> Grade:
    def run(*arguments: str, cwd: Path = tmp_path) -> Said:
        variables = os.environ | {"GRADE_LABS": str(labs), "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments],
            capture_output=True,
            text=True,
            cwd=cwd,
            env=variables,
            timeout=120,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def solved(labs: Path) -> Path:
    """The working copy of lab 06, solved as the reference is."""
    copy = labs / "my" / "06_wrap_one_call_site.ipynb"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(to_notebook(find_lab("06").reference), encoding="utf-8")
    return copy
