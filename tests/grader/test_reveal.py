"""The solution: the reference's task cells beside the learner's own, where they differ."""

from __future__ import annotations

import time

from grader.notebook import Cell
from grader.reveal import solution_lines

LONG = f"    return call({', '.join(f'argument_{n}' for n in range(12))})"
STARTER = (
    Cell("markdown", "# Lab", 1),
    Cell("code", "def ask():\n    return call()", 2),
    Cell("markdown", "## Task 1: count\n\nText", 3),
    Cell("code", "def count():\n    # TODO\n    return 0", 4),
    Cell("markdown", "## Task 2: ask", 5),
    Cell("code", "def ask():\n    # TODO\n    return call()", 6),
    Cell("code", "total = None  # TODO", 7),
)
REFERENCE = (
    *STARTER[:3],
    Cell("code", "def count():\n    return 1", 4),
    STARTER[4],
    Cell("code", f"def ask():\n    span()\n{LONG}", 6),
    Cell("code", "total = count()", 7),
)


def lines(mine: tuple[Cell, ...]) -> list[tuple[str, str]]:
    return list(solution_lines(STARTER, REFERENCE, mine))


def texts(mine: tuple[Cell, ...]) -> list[str]:
    return [text for text, _ in lines(mine)]


def test_only_tasks_that_differ_are_laid_beside_each_other() -> None:
    mine = (*REFERENCE[:3], Cell("code", "def count():\n    return 2 - 1", 4), *REFERENCE[4:])
    found = lines(mine)
    assert found[:5] == [
        ("Task 1: count", ""),
        ("  def count():", ""),
        ("-     return 2 - 1", "red"),
        ("+     return 1", "green"),
        ("", ""),
    ]
    assert found[5:7] == [("Task 2: ask: as in the reference", "dim")] * 2


def test_comments_and_layout_make_no_difference() -> None:
    mine = (Cell("code", "def count():  # mine\n    return (1)", 1), *REFERENCE[4:])
    assert "Task 1: count: as in the reference" in texts(mine)


def test_a_cell_is_found_where_it_was_moved_to_and_the_last_of_a_name_counts() -> None:
    moved = (
        Cell("code", "import os", 1),
        Cell("code", "def ask():\n    gap()", 2),
        Cell("code", "def ask():\n    mine()", 9),
    )
    found = texts(moved)
    assert "-     mine()" in found and "-     gap()" not in found


def test_a_cell_that_is_not_there_is_told() -> None:
    found = texts(())
    assert found.count("  (your notebook has no such cell)") == 3
    assert "+     return 1" in found


def test_long_lines_are_wrapped_within_80_columns_and_keep_their_mark() -> None:
    found = texts(STARTER)
    assert max(map(len, found)) <= 80
    wrapped = [line for line in found if "argument_" in line]
    assert len(wrapped) > 1 and all(line.startswith("+ ") for line in wrapped)


def test_a_hostile_cell_takes_no_time() -> None:
    began_s = time.process_time()
    for source in ("x = 1\n" * 300_000, f"def count(): return {'9' * 3_000_000}", "def count():\n" + " " * 3_000_000):
        assert texts((Cell("code", source, 4), Cell("code", f"def count():\n{source}", 5)))
    assert time.process_time() - began_s < 5
