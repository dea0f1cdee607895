"""Commands a person waits for: grading the reference, and a second `make start`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Row, in_turns, seconds
from tests.real.stack import ROOT, free_ports, stopped_stack

EMPTY = {"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
READY = "Ctrl-C here ends all three."


def rows() -> Iterator[Row]:
    """Measure both."""
    yield _grading()
    if (ROOT / ".venv").exists():
        yield _second_start()


def _run(*command: str | Path) -> None:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")


def _grading() -> Row:
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder, "empty.ipynb")
        notebook.write_text(json.dumps(EMPTY | {"nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
        ours, reference = in_turns(
            5,
            lambda: _run(programs / "grade", "06", "--reference"),
            lambda: _run(programs / "jupyter-execute", notebook),
        )
    name = "grade 06 --reference"
    return Row(name, ours, reference, "jupyter execute, empty notebook", "s", ours / reference, 1.0, goal=0.6)


def _start() -> None:
    with tempfile.TemporaryDirectory() as folder, stopped_stack(Path(folder), free_ports()) as started:
        started.wait_for(READY)


def _until_ready() -> float:
    with tempfile.TemporaryDirectory() as folder, stopped_stack(Path(folder), free_ports()) as started:
        return seconds(lambda: started.wait_for(READY))


def _second_start() -> Row:
    _start()  # this one may have a site to build
    ours = _until_ready()
    return Row("make start, again", ours, None, "-", "s", ours, 10.0)
