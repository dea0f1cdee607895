"""Grades one right solution on many seeds in one interpreter, and prints a JSON line for each that does not pass.

`python fairness_worker.py LAB SOLUTION FIRST COUNT`; the last line is the number of gradings that passed.
"""

from __future__ import annotations

import json
import sys

from grader.labs import find_lab
from grader.practice import practise
from grader.solutions import right_solutions


def main() -> int:
    """Grade as asked on the command line."""
    number, solution, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    lab = find_lab(number)
    cells = lab.reference if solution == "reference" else right_solutions(lab)[solution]
    passed = 0
    for seed in range(first, first + count):
        report = practise(lab, cells, seed).report
        if report.verdict == "passed":
            passed += 1
        else:
            wrong = [result.id for result in report.checks if result.outcome == "failed"]
            print(json.dumps({"seed": seed, "verdict": report.verdict, "message": report.message, "checks": wrong}))
    print(passed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
