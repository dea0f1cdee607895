"""Proves a lab's checks on seeds given to it, and prints a JSON line for each surprise: `proof_worker.py LAB SEED ...`.

Each wrong solution must fail exactly the checks it should, each right one pass, and no mutant survive unexplained. The
last line is the number of gradings.
"""

from __future__ import annotations

import json
import sys

from grader.judge import grade_cells
from grader.labs import Lab, find_lab
from grader.notebook import Cell
from grader.practice import practise
from grader.solutions import right_solutions, wrong_solutions
from tests.labs.mutated import unexplained


def main() -> int:
    """Prove as asked on the command line."""
    number, *seeds = sys.argv[1:]
    lab = find_lab(number)
    wanted = {wrong.name: (wrong.cells, wrong.fails) for wrong in wrong_solutions(lab)}
    wanted |= {name: (cells, frozenset()) for name, cells in right_solutions(lab).items()}
    for seed in map(int, seeds):
        surprises = [
            said for name, (cells, fails) in wanted.items() if (said := _graded(lab, name, cells, fails, seed))
        ]
        surprises += [f"survived: {name}" for name in unexplained(number, seed)]
        for surprise in surprises:
            print(json.dumps({"seed": seed, "surprise": surprise}))
    print(len(seeds) * len(wanted))
    return 0


def _graded(lab: Lab, name: str, cells: tuple[Cell, ...], fails: frozenset[str], seed: int) -> str:
    # A right one may instrument a library, which lasts in this interpreter: it gets one of its own.
    report = practise(lab, cells, seed).report if fails else grade_cells(lab, cells, seed).report
    found = {result.id for result in report.checks if result.outcome == "failed"}
    if found == fails and report.verdict == ("failed" if fails else "passed"):
        return ""
    return f"{name}: {report.verdict} {report.message} by {sorted(found)}, not {sorted(fails)}"


if __name__ == "__main__":
    sys.exit(main())
