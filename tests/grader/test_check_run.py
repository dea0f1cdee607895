"""Running a lab's checks: a pass needs positive evidence, and nothing from outside has a say."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.check_run import blocked_results, declared_checks, hints_of, run_checks
from grader.ran import GraderError
from grader.report import Result
from tests.grader.sample_checks import FAILS, HEAD, LAID, PASSES, run_source
from tests.grader.samples import attempt, evidence, span


def test_each_check_has_its_result_in_the_declared_order(tmp_path: Path) -> None:
    found = run_source(tmp_path, FAILS, PASSES)
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
    found = run_source(tmp_path, PASSES, FAILS, chain)
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
        run_source(tmp_path, source)


def test_checks_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be read"):
        run_checks(tmp_path / "checks.py", LAID)


def test_declared_checks_are_read_without_running_them(tmp_path: Path) -> None:
    file = tmp_path / "checks.py"
    file.write_text(HEAD + PASSES + FAILS + "\n1 / 0\n\ndef helping():\n    pass\n")
    assert declared_checks(file) == (("passes", "It holds."), ("fails", "It does not hold."))
    assert blocked_results(file, "not started") == (
        Result("passes", "It holds.", "blocked", lesson="#a", blocked_by="not started"),
        Result("fails", "It does not hold.", "blocked", lesson="#b", blocked_by="not started"),
    )


def test_the_three_hints_of_each_check_are_read_without_running_them(tmp_path: Path) -> None:
    file = tmp_path / "checks.py"
    written = ["(1, 2)", "7", "HINTS", "('a', 'b')"]
    file.write_text(HEAD + PASSES.replace("HINTS", "('a', 'b', 'c')") + "\n1 / 0\n")
    assert hints_of(file) == {"passes": ("a", "b", "c")}
    for hints in written:
        file.write_text(HEAD + PASSES.replace("=HINTS", f"={hints}"))
        with pytest.raises(GraderError, match="check passes needs three hints"):
            hints_of(file)


TREE = """
from grader.required import Required

def required_tree(evidence, request_id):
    calls = [call for call in evidence.calls if call.attempt.request_id == request_id]
    return [Required("attempt", c.attempt.sent_at_ns, c.attempt.ended_at_ns, c.spans) for c in calls]
"""
NAMES = '''
@check(anchor="n", hints=HINTS)
def names(evidence):
    """It names a request."""
    raise Mismatch("one", "two", request="r-0001")
'''
LATE = evidence((attempt(),), (span(0, 2),))


def test_the_first_failed_check_that_names_a_request_has_its_tree(tmp_path: Path) -> None:
    again = NAMES.replace("names", "again")
    found = run_source(tmp_path, TREE, PASSES, FAILS, NAMES, again, laid=LATE)
    assert [result.request for result in found] == ["", "", "r-0001", "r-0001"]
    assert [result.tree is not None for result in found] == [False, False, True, False]
    assert found[2].tree and found[2].tree.finding == "Request r-0001: 1 span required; 1 wrong"


@pytest.mark.parametrize("parts", [(NAMES,), (TREE, FAILS), (TREE, PASSES)])
def test_without_requirements_or_a_request_there_is_no_tree(parts: tuple[str, ...], tmp_path: Path) -> None:
    assert all(result.tree is None for result in run_source(tmp_path, *parts, laid=LATE))


def test_a_tree_that_breaks_is_the_graders_fault(tmp_path: Path) -> None:
    broken = TREE.replace("    calls", "    1 / 0\n    calls")
    with pytest.raises(GraderError, match="the tree of a request broke with ZeroDivisionError"):
        run_source(tmp_path, broken, NAMES, laid=LATE)
    assert [result.outcome for result in run_source(tmp_path, broken, PASSES)] == ["passed"]
