"""Plays programs when the site is built: a lab's reference solution, and the examples that lessons print."""

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import evening
from grader.telemetry import read_file
from grader.trace import Node, trees

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_S = 120


class RunError(Exception):
    """A program that a page shows did not run; the message names it and ends with its own last words."""


@cache
def reference(lab: str) -> tuple[evening.Evening, tuple[Node, ...]]:
    """Play a lab's reference solution on the evening that practice plays; return what happened, and its spans."""
    with tempfile.TemporaryDirectory() as folder:
        _run(lab, [str(ROOT / "labs" / lab / "master.py")], folder)
        runs = Path(folder) / "runs" / lab[:2]
        rows = map(json.loads, (runs / "ledger.jsonl").read_text(encoding="utf-8").splitlines())
        return evening.read(rows), trees(read_file(runs / "telemetry.jsonl").spans)


@cache
def output(code: str) -> str:
    """Run an example in an empty folder and return what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        return _run("an example", ["-c", code], folder)


def _run(name: str, arguments: list[str], folder: str) -> str:
    # The folder is empty, so that a run leaves nothing in the checkout; -P keeps it off the import path.
    command = [sys.executable, "-P", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin", "HOME": folder}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )
    if finished.returncode:
        last = (finished.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RunError(f"{name} did not run: {last}")
    return finished.stdout
