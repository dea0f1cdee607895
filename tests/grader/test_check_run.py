"""Running a lab's checks: a pass needs positive evidence, and nothing from outside has a say."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest

from grader.check_run import GraderError, blocked_results, declared_checks, run_checks
from grader.evidence import Evidence
from grader.report import Result
from tests.grader.samples import attempt, evidence, span

HEAD = """
import pytest
from grader.checks import Mismatch, check, compare
HINTS = ("where to look", "the idea", "nearly the line")
"""
PASSES = '''
@check(anchor="a", hints=HINTS)
def passes(evidence):
    """It holds."""
    assert len(evidence.calls) == 1
'''
FAILS = '''
@check(anchor="b", hints=HINTS)
def fails(evidence):
    """It does not hold."""
    raise Mismatch("one", "two", "here", "a slip")
'''
LAID = evidence((attempt(),), (span(),))


def run(folder: Path, *parts: str, laid: Evidence = LAID) -> tuple[Result, ...]:
    file = folder / "checks.py"
    file.write_text(HEAD + "".join(map(textwrap.dedent, parts)), encoding="utf-8")
    return run_checks(file, laid)


def test_each_check_has_its_result_in_the_declared_order(tmp_path: Path) -> None:
    found = run(tmp_path, FAILS, PASSES)
    assert found == (
        Result("fails", "It does not hold.", "failed", "one", "two", "here", "a slip", "where to look", "#b"),
        Result("passes", "It holds.", "passed", lesson="#a"),
    )


def test_a_check_waits_for_those_it_builds_on_and_says_for_which(tmp_path: Path) -> None:
    chain = '''
    @check(anchor="c", hints=HINTS, after=[passes, fails])
    def second(evidence):
        """It builds."""

    @check(anchor="d", hints=HINTS, after=[second])
    def third(evidence):
        """It builds on that."""
    '''
    found = run(tmp_path, PASSES, FAILS, chain)
    assert [result.outcome for result in found] == ["passed", "failed", "blocked", "blocked"]
    assert [result.blocked_by for result in found[2:]] == ["It does not hold.", "It builds."]
    assert found[3].lesson == "#d"


BROKEN = {
    "no check at all": ("def passes(evidence): pass", r"no word from the checks \(there are none\)"),
    "an ordinary exception": (PASSES.replace("assert", "1 / 0; assert"), "check passes broke with ZeroDivisionError"),
    "a bare assert": (PASSES.replace("== 1", "== 2"), "check passes broke with AssertionError"),
    "a skip": (PASSES.replace("assert", "pytest.skip('later'); assert"), "check passes broke with Skipped"),
    "an end of pytest": (PASSES.replace("assert", "pytest.exit('now'); assert"), "no word from the checks passes"),
    "an end of Python": (PASSES.replace("assert", "raise SystemExit(0); assert"), "passes broke with SystemExit"),
    "a returned value": (PASSES.replace("assert", "return True; assert"), "passes broke with PytestReturnNotNone"),
    "a warning": (PASSES.replace("assert", "import warnings; warnings.warn('x'); assert"), "broke with UserWarning"),
    "an unknown fixture": (PASSES.replace("(evidence)", "(ledger)").replace("evidence.c", "c"), "passes broke"),
    "an error outside": (PASSES + "\n1 / 0\n", "could not be loaded: .*ZeroDivisionError"),
    "a skip outside": (PASSES + "\npytest.skip('all', allow_module_level=True)\n", "no word from the checks passes"),
    "a syntax error": (PASSES + "\ndef (", r"checks\.py cannot be read: "),
    "one name twice": (PASSES + PASSES, "a name and a top level of its own: passes, passes"),
    "a check below an if": (PASSES + "\nif True:" + FAILS.replace("\n", "\n    "), "of its own: fails"),
    "a check after a broken one": (
        PASSES.replace("assert", "1 / 0; assert") + '\n@check(anchor="c", hints=HINTS, after=[passes])\n'
        'def second(evidence):\n    """It builds."""\n',
        "^check passes broke with ZeroDivisionError: division by zero$",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_checks_that_break_are_the_graders_fault_and_no_pass(name: str, tmp_path: Path) -> None:
    source, told = BROKEN[name]
    with pytest.raises(GraderError, match=told):
        run(tmp_path, source)


def test_checks_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be read"):
        run_checks(tmp_path / "checks.py", LAID)


def test_nothing_planted_beside_the_checks_has_a_say(tmp_path: Path) -> None:
    trap = "raise SystemExit('planted')\n"
    (tmp_path / "conftest.py").write_text(trap)
    (tmp_path / "test_planted.py").write_text(trap)
    (tmp_path / "pytest.py").write_text(trap)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\npython_files = nothing.py\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-k nothing"\n')
    assert [result.outcome for result in run(tmp_path, PASSES)] == ["passed"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("PYTEST_ADDOPTS", "--collect-only"), ("PYTEST_ADDOPTS", "--nonsense"), ("PYTEST_PLUGINS", "nowhere")],
)
def test_settings_of_the_environment_have_no_say_and_stay(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    before = dict(os.environ)
    assert [result.outcome for result in run(tmp_path, PASSES)] == ["passed"]
    assert dict(os.environ) == before


def test_modules_are_as_before_and_two_labs_in_one_process_keep_their_own_checks(tmp_path: Path) -> None:
    first, second = tmp_path / "01_one", tmp_path / "02_two"
    first.mkdir()
    second.mkdir()
    run(first, PASSES)
    before = set(sys.modules)
    assert [result.id for result in run(second, FAILS)] == ["fails"]
    assert [result.id for result in run(first, PASSES)] == ["passes"]
    assert set(sys.modules) == before


def test_a_module_called_checks_does_not_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = type(sys)("checks")
    monkeypatch.setitem(sys.modules, "checks", other)
    assert [result.id for result in run(tmp_path, PASSES)] == ["passes"]
    assert sys.modules["checks"] is other


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, PASSES.replace("assert", "print('loud'); assert"), FAILS)
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_is_no_fault_of_the_grader(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, PASSES.replace("assert", "raise KeyboardInterrupt; assert"))


def test_declared_checks_are_read_without_running_them(tmp_path: Path) -> None:
    file = tmp_path / "checks.py"
    file.write_text(HEAD + PASSES + FAILS + "\n1 / 0\n\ndef helping():\n    pass\n")
    assert declared_checks(file) == (("passes", "It holds."), ("fails", "It does not hold."))
    assert blocked_results(file, "not started") == (
        Result("passes", "It holds.", "blocked", blocked_by="not started"),
        Result("fails", "It does not hold.", "blocked", blocked_by="not started"),
    )
