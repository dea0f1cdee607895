"""Practice: a notebook run and judged in this very interpreter, as the browser does. Such a verdict never counts.

Simulator, learner and judge share one Python here, so nothing is out of the learner's reach. The rules, checks and
words are those of `grade`, and the same seed means the same traffic.
"""

from __future__ import annotations

import contextvars
import importlib
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

from grader.cell_runner import run_cells
from grader.judge import Grading, LinkParagraph, grade_by
from grader.labs import Lab
from grader.notebook import Cell
from grader.ran import Ran, RunError, explain, ran
from grader.truth import read_ledger


def practise(
    lab: Lab,
    cells: tuple[Cell, ...],
    seed: int | None = None,
    *,
    link: LinkParagraph = lambda lab, anchor: anchor,
) -> Grading:
    """Run a notebook in this interpreter on traffic of this seed (by default a fresh one), and judge what it emits.

    Each call starts clean and leaves nothing behind: the caller's own `__main__`, folder, output and OpenTelemetry
    providers are as they were. There is no time limit: whoever owns the interpreter ends it.

    Raises:
        GraderError: if the checks themselves are broken.
    """
    used = secrets.randbits(64) if seed is None else seed
    grading = grade_by(lambda ready: _run_here(ready, lab.scenario, used), lab, cells, used, link=link)
    return replace(grading, report=replace(grading.report, practice=True))


def _run_here(cells: tuple[Cell, ...], scenario: str, seed: int) -> Ran:
    with tempfile.TemporaryDirectory(prefix="practice-") as scratch:
        telemetry_file = Path(scratch, "runs", "telemetry.jsonl")
        telemetry_file.parent.mkdir()
        with _apart(scenario, seed, telemetry_file), _put_aside(scratch):
            pairs = [(cell.number, cell.source) for cell in cells]
            # An empty context, as a new process has: a span that a cell left open must not parent the next grading's.
            stopped = contextvars.Context().run(run_cells, pairs)
        ending, message = ("crashed", explain(stopped)) if stopped else ("done", "")
        return ran(ending, message, telemetry_file, read_ledger(telemetry_file.with_name("ledger.jsonl")))


@contextmanager
def _apart(scenario: str, seed: int, telemetry_file: Path) -> Iterator[None]:
    """Give the block a simulator of its own.

    In `grade` this is a command to another process. Where there are no processes it is this one call, by name, because
    the judge knows nothing else of the simulator.
    """
    try:
        simulator = importlib.import_module("simulator.apart")
    except ImportError as error:
        raise RunError(f"The simulator did not work: {error}") from error
    with simulator.session_apart(scenario, seed, telemetry_file):
        yield


@contextmanager
def _put_aside(scratch: str) -> Iterator[None]:
    """Keep `__main__`, the folder, arguments and output of the caller while a notebook runs in `scratch`."""
    main, folder, arguments, path = sys.modules["__main__"], Path.cwd(), sys.argv, list(sys.path)
    with ExitStack() as quiet:
        nowhere = quiet.enter_context(open(os.devnull, "w", encoding="utf-8"))
        quiet.enter_context(redirect_stdout(nowhere))
        quiet.enter_context(redirect_stderr(nowhere))
        try:
            os.chdir(scratch)
            sys.argv = ["notebook"]
            yield
        finally:
            os.chdir(folder)
            sys.modules["__main__"], sys.argv, sys.path[:] = main, arguments, path
