"""A right solution fails at most one fresh seed in a thousand: shown on a thousand emitted telemetries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.judge import grade_cells
from grader.labs import find_lab, find_labs

WORKER = Path(__file__).with_name("fairness_worker.py")
SEEDS = 1000
WHOLE_JUDGE_SEEDS = 20
WORKERS = 2


@pytest.mark.parametrize("number", [lab.number for lab in find_labs()])
def test_the_reference_passes_twenty_seeds_through_the_whole_judge(number: str) -> None:
    lab = find_lab(number)
    verdicts = [grade_cells(lab, lab.reference, seed).report.verdict for seed in range(WHOLE_JUDGE_SEEDS)]
    assert verdicts == ["passed"] * WHOLE_JUDGE_SEEDS


@pytest.mark.parametrize("solution", ["reference"])
@pytest.mark.parametrize("number", [lab.number for lab in find_labs()])
def test_the_reference_passes_on_a_thousand_seeds(number: str, solution: str) -> None:
    share = SEEDS // WORKERS
    workers = [
        subprocess.Popen(
            [sys.executable, str(WORKER), number, solution, str(1 + n * share), str(share)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(WORKERS)
    ]
    said = [worker.communicate(timeout=1200)[0].splitlines() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS
    failures = [line for lines in said for line in lines[:-1]]
    assert sum(int(lines[-1]) for lines in said) >= SEEDS - 1, failures[:5]
