"""Every lab's checks notice every change of what its reference emitted, but for those that the lab explains."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.judge import judge
from grader.labs import find_lab, find_labs
from grader.telemetry import Telemetry
from grader.truth import Ledger
from tests.labs.mutated import declared, emitted, trials, unexplained

LABS = [lab.number for lab in find_labs()]
SEEDS = (11, 12)
MOST_SURVIVORS = 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", LABS)
def test_no_mutant_survives_unexplained(number: str, seed: int) -> None:
    assert unexplained(number, seed) == []
    caught = sum(one.caught for one in trials(number, seed))
    assert caught >= 300, "the mutants themselves went missing"


@pytest.mark.parametrize("number", LABS)
def test_what_a_lab_declares_does_survive(number: str) -> None:
    survived = [one.mutant for one in trials(number, SEEDS[0]) if not one.caught]
    parts = {mutant.part for mutant in survived}
    assert [part for part in declared(number).free if part not in parts] == []
    assert [one for one in declared(number).survivors if not any(map(one.is_it, survived))] == []


@pytest.mark.parametrize("number", LABS)
def test_at_most_two_survive_and_each_has_its_reason_and_its_test(number: str) -> None:
    known = declared(number)
    assert len(known.survivors) <= MOST_SURVIVORS
    assert all(reason.endswith(".") for reason in (*known.free.values(), *(one.reason for one in known.survivors)))
    for survivor in known.survivors:
        file, _, name = survivor.test.partition("::")
        tree = ast.parse(Path(__file__).with_name(file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("number", LABS)
def test_each_check_is_the_one_that_catches_some_mutant(number: str) -> None:
    alone = {name for one in trials(number, SEEDS[0]) if len(one.failed) == 1 for name in one.failed}
    checks = {result.id for result in judge(number, find_lab(number).checks_file, *_whole(number)).checks}
    assert checks == alone


@pytest.mark.parametrize("number", LABS)
def test_the_judge_gives_a_mutant_the_same_verdict_as_checks_called_directly(number: str) -> None:
    lab, (telemetry, ledger) = find_lab(number), _whole(number)
    assert judge(number, lab.checks_file, telemetry, ledger).verdict == "passed"
    for one in trials(number, SEEDS[0])[::7]:
        report = judge(number, lab.checks_file, one.mutant.telemetry, ledger)
        assert {result.id for result in report.checks if result.outcome == "failed"} == one.failed, one.mutant.name
        assert report.verdict == ("failed" if one.caught else "passed")


def _whole(number: str) -> tuple[Telemetry, Ledger]:
    evidence = emitted(number, SEEDS[0])
    return evidence.telemetry, evidence.ledger
