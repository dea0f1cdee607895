"""A machine without walls, and a terminal that somebody looks at."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from grader.labs import find_lab
from grader.notebook import Cell, to_notebook

COMMAND = [sys.executable, "-m", "grader", "batch"]
# A user namespace in which there can be no other: what a machine looks like that forbids them.
NO_WALLS = [
    "unshare",
    "--user",
    "--map-root-user",
    "sh",
    "-c",
    'echo 0 > /proc/sys/user/max_user_namespaces; "$@"',
    "-",
]


@pytest.fixture
def class_of_two(tmp_path: Path) -> Path:
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "06_ada.ipynb").write_text(to_notebook(find_lab("06").reference))
    (folder / "06_\x1b[2Jbob.ipynb").write_text(to_notebook([Cell("code", "1 / 0", 1)]))
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are never walls")
@pytest.mark.parametrize(("more", "code", "graded"), [((), 1, 2), (("--require-walls",), 3, 0)])
def test_without_walls_that_is_told_first_and_require_walls_grades_nothing(
    more: tuple[str, ...], code: int, graded: int, class_of_two: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [*NO_WALLS, *COMMAND, str(class_of_two), "--out", str(out), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, done.stderr
    assert "There are no walls here: user namespace: No space left on device." in " ".join(done.stderr.split())
    results = [json.loads(file.read_text()) for file in (out / "results").glob("*.json")]
    assert len(results) == graded
    assert all(result["protections"] == [] for result in results)


def test_a_terminal_shows_a_bar_and_those_that_did_not_pass(class_of_two: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, str(class_of_two), "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=os.environ | {"COLUMNS": "80"}) as batch:
        os.close(theirs)
        seen = b""
        while chunk := _read(ours):
            seen += chunk
    os.close(ours)
    text = seen.decode()
    assert batch.returncode == 1
    assert "[############............] 1/2" in text and "[########################] 2/2" in text
    assert "\\x1b[2Jbob, lab 06: crashed" in text and "ada, lab 06" not in text
    assert "\x1b[2J" not in text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end is closed, on Linux
        return b""
