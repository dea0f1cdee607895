"""Every lab: its starter is no attempt, right solutions pass, each wrong one fails exactly the checks it should."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

import pytest

from course.catalogue import heading, lessons
from grader.check_run import declared_checks
from grader.judge import grade_cells
from grader.labs import Lab, find_lab, find_labs
from grader.notebook import Cell, to_notebook
from grader.report import Report
from grader.solutions import Wrong, right_solutions, wrong_solutions

LABS = [lab.number for lab in find_labs()]
SEEDS = (11, 12)


@cache
def _wrong(number: str) -> tuple[Wrong, ...]:
    return wrong_solutions(find_lab(number))


def _wrong_names() -> list[tuple[str, str]]:
    return [(number, wrong.name) for number in LABS for wrong in _wrong(number)]


def _right_names() -> list[tuple[str, str]]:
    return [(number, name) for number in LABS for name in ("reference", *right_solutions(find_lab(number)))]


def _grade(lab: Lab, cells: tuple[Cell, ...], seed: int) -> Report:
    return grade_cells(lab, cells, seed).report


@pytest.mark.parametrize("number", LABS)
def test_the_starter_is_not_an_attempt(number: str) -> None:
    lab = find_lab(number)
    report = _grade(lab, lab.starter, 1)
    assert report.verdict == "not-attempted"
    assert "task 1" in report.message
    assert {result.outcome for result in report.checks} == {"blocked"}


@pytest.mark.parametrize("number", LABS)
def test_the_tracked_starter_is_what_its_master_makes(number: str) -> None:
    lab = find_lab(number)
    assert (lab.folder / "lab.ipynb").read_text(encoding="utf-8") == to_notebook(lab.starter)


@pytest.mark.parametrize("number", LABS)
def test_the_starter_holds_no_solution(number: str) -> None:
    lab = find_lab(number)
    starter = "\n".join(cell.source for cell in lab.starter)
    assert "BEGIN SOLUTION" not in starter
    assert "#: " not in starter
    assert "TODO 1" in starter
    assert "TODO" not in "\n".join(cell.source for cell in lab.reference)


@pytest.mark.parametrize("number", LABS)
def test_a_notebook_is_short_enough_to_work_through(number: str) -> None:
    lab = find_lab(number)
    for cells in (lab.starter, lab.reference):
        assert len(cells) <= 25
        assert max(len(cell.source.splitlines()) for cell in cells if cell.kind == "code") <= 15


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("number", "name"), _right_names())
def test_a_right_solution_passes(number: str, name: str, seed: int) -> None:
    lab = find_lab(number)
    cells = lab.reference if name == "reference" else right_solutions(lab)[name]
    report = _grade(lab, cells, seed)
    assert report.verdict == "passed", (report.message, [r for r in report.checks if r.outcome != "passed"])


@pytest.mark.parametrize(("number", "name"), _wrong_names())
def test_a_wrong_solution_fails_exactly_the_checks_it_should(number: str, name: str) -> None:
    lab = find_lab(number)
    wrong = next(wrong for wrong in _wrong(number) if wrong.name == name)
    report = _grade(lab, wrong.cells, SEEDS[0])  # on more seeds: tests/real/test_proofs_on_fresh_seeds.py
    assert report.verdict == "failed", report.message
    assert {result.id for result in report.checks if result.outcome == "failed"} == wrong.fails
    assert all(r.expected and r.got and r.hint for r in report.checks if r.outcome == "failed")


@pytest.mark.parametrize("number", LABS)
def test_each_check_is_caught_by_three_wrong_solutions_and_each_lab_has_two_other_right_ones(number: str) -> None:
    lab = find_lab(number)
    caught = Counter(check for wrong in _wrong(number) for check in wrong.fails)
    for check, _ in declared_checks(lab.checks_file):
        assert caught[check] >= 3, check
    assert len({wrong.name for wrong in _wrong(number)}) == len(_wrong(number))
    assert len(right_solutions(lab)) >= 2
    assert sum(wrong.looks_complete for wrong in _wrong(number)) * 3 >= len(_wrong(number))


@pytest.mark.parametrize("number", LABS)
def test_each_check_says_one_sentence_and_links_a_paragraph_that_exists(number: str) -> None:
    lab = find_lab(number)
    tree = ast.parse(lab.checks_file.read_text(encoding="utf-8"))
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    assert 5 <= len(checks) <= 8
    for node in checks:
        sentence = ast.get_docstring(node) or ""
        assert sentence.endswith(".") and "\n" not in sentence
        call = node.decorator_list[0]
        assert isinstance(call, ast.Call)
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        anchor, hints = words["anchor"], words["hints"]
        assert isinstance(anchor, ast.Constant) and heading(number, str(anchor.value)), anchor
        assert isinstance(hints, ast.Tuple) and len(hints.elts) == 3


def test_every_lab_belongs_to_a_lesson_that_names_it() -> None:
    named = {lesson.lab for lesson in lessons()}
    assert {lab.folder.name for lab in find_labs()} <= named
