"""Mutants on trial: what checks called directly say, and what a lab declares of those that survive."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.check_run import run_checks
from grader.mutants import Mutant, Survivor, load_checks, outcomes, read_declared, trial
from grader.telemetry import Telemetry
from tests.grader.sample_checks import FAILS, HEAD, LAID, PASSES

CHAIN = '''
@check(anchor="c", hints=HINTS, after=[passes, fails])
def second(evidence):
    """It builds."""
'''
MUTANT = Mutant("span", "dropped", "on all spans", False, Telemetry())


def checks_file(folder: Path, *parts: str) -> Path:
    file = folder / "checks.py"
    file.write_text(HEAD + "".join(parts), encoding="utf-8")
    return file


def test_called_directly_checks_say_what_they_say_under_pytest(tmp_path: Path) -> None:
    file = checks_file(tmp_path, PASSES, FAILS, CHAIN)
    found = outcomes(load_checks(file), LAID)
    assert found == {"passes": "passed", "fails": "failed", "second": "blocked"}
    assert found == {result.id: result.outcome for result in run_checks(file, LAID)}


def test_a_mutant_is_caught_by_the_checks_that_fail_on_it(tmp_path: Path) -> None:
    counts = PASSES.replace(
        "assert len(evidence.calls) == 1", "compare(evidence.calls, expected=lambda c: 1, got=_spans)"
    )
    file = checks_file(tmp_path, "def _spans(call): return len(call.spans)\n", counts)
    twice = Mutant("span", "written twice", "on all spans", False, Telemetry(LAID.telemetry.spans * 2))
    whole = Mutant("span", "kept", "on all spans", False, LAID.telemetry)
    caught, survived = trial(load_checks(file), LAID, [twice, whole])
    assert (caught.caught, caught.failed) == (True, frozenset({"passes"}))
    assert (survived.caught, survived.failed) == (False, frozenset())


def test_a_check_that_breaks_on_a_mutant_is_told_with_its_name(tmp_path: Path) -> None:
    file = checks_file(tmp_path, PASSES.replace("assert len(evidence.calls) == 1", "evidence.calls[0].span.status"))
    with pytest.raises(IndexError) as broken:
        list(trial(load_checks(file), LAID, [MUTANT]))
    assert broken.value.__notes__ == ["The mutant: span dropped, on all spans"]


def test_a_lab_declares_what_is_free_and_what_may_survive(tmp_path: Path) -> None:
    file = tmp_path / "survivors.toml"
    assert read_declared(file).free == {}
    file.write_text(
        '[[free]]\nparts = ["span name", "span events"]\nreason = "R."\n'
        '[[survivor]]\npart = "span"\nwords = "dropped"\nwhere = "on all"\nreason = "S."\ntest = "f.py::t"\n'
    )
    known = read_declared(file)
    assert known.free == {"span name": "R.", "span events": "R."}
    assert known.survivors == (Survivor("span", "dropped", "on all", "S.", "f.py::t"),)


@pytest.mark.parametrize(
    ("part", "words", "where", "meant"),
    [
        ("span", "dropped", "on all", True),
        ("span", "dropped", "on span 2", False),
        ("span", "written twice", "on all", False),
        ("span name", "dropped", "on all", False),
    ],
)
def test_a_declared_survivor_is_one_change_in_one_place(part: str, words: str, where: str, meant: bool) -> None:
    assert Survivor(part, words, where, "R.", "f.py::t").is_it(MUTANT) is meant
