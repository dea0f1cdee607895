"""What the fast suite proves of a lab's checks on fixed seeds holds on ten that nobody has seen."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from grader.labs import find_lab, find_labs
from grader.solutions import right_solutions, wrong_solutions

ROOT = Path(__file__).parents[2]
WORKERS = 2
SEEDS_EACH = 5


@pytest.mark.parametrize("number", [lab.number for lab in find_labs()])
def test_wrong_solutions_right_ones_and_mutants_are_judged_the_same_on_fresh_seeds(number: str) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.real.proof_worker", number, *_fresh_seeds()],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for _ in range(WORKERS)
    ]
    said = [worker.communicate(timeout=1200)[0].splitlines() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS
    surprises = [line for lines in said for line in lines[:-1]]
    assert not surprises, "\n".join(surprises)
    lab = find_lab(number)
    solutions = len(wrong_solutions(lab)) + len(right_solutions(lab))
    assert sum(int(lines[-1]) for lines in said) == WORKERS * SEEDS_EACH * solutions


def _fresh_seeds() -> list[str]:
    return [str(secrets.randbits(64)) for _ in range(SEEDS_EACH)]
