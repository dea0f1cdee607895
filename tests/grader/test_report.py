"""The report: keys and words of the public contract, as JSON and as JUnit."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import OUTCOMES, VERDICTS, Report, Result, from_json
from tests.grader.samples import result
from tests.grader.test_span_tree import TREE

FULL = Report(
    "06",
    "failed",
    2**64 - 1,
    1.23456,
    (
        result("passed", id="a", lesson="lessons/06#a"),
        result("failed", id="b", expected="1", got="2", where="attempt 1", likely="a slip", hint="look", lesson="l#b"),
        result("failed", id="t", request="r-0031", tree=TREE),
        result("blocked", id="c", blocked_by="Each failed attempt is marked."),
    ),
    "message",
    ("note",),
    "saved 12:00:00, ",
    ("cell 19: !grade 06",),
)
HOSTILE = "\x00\x1b[2J ]]> <b>&\"' \ud800 \ufffe \U0001f600 é \x85 \u2028"


def test_the_contracts_keys_are_there_under_their_names() -> None:
    told = json.loads(FULL.to_json())
    assert {"lab", "verdict", "seed", "seconds", "checks"} <= told.keys()
    assert {"id", "title", "outcome", "expected", "got", "hint", "lesson"} <= told["checks"][0].keys()
    assert (told["lab"], told["verdict"], told["seed"], told["seconds"]) == ("06", "failed", 2**64 - 1, 1.235)
    assert FULL.to_json().endswith("}\n")


def test_the_contracts_words_are_the_only_ones() -> None:
    assert VERDICTS == ("passed", "failed", "not-attempted", "timeout", "crashed", "tampered", "cannot-grade")
    assert OUTCOMES == ("passed", "failed", "blocked")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_has_the_contracts_exit_code(verdict: str) -> None:
    assert Report("06", verdict, 1, 0.0).exit_code == {"passed": 0, "cannot-grade": 3}.get(verdict, 1)


def test_a_report_is_read_back_as_it_was() -> None:
    read = from_json(FULL.to_json())
    assert read.checks == FULL.checks
    assert read.to_json() == FULL.to_json()


def test_a_report_of_an_earlier_version_is_read_without_what_it_did_not_have() -> None:
    told = json.loads(FULL.to_json())
    for entry in told["checks"]:
        del entry["request"], entry["tree"]
    assert {(one.request, one.tree) for one in from_json(json.dumps(told)).checks} == {("", None)}


def test_the_headline_counts_checks_only_where_they_had_their_say() -> None:
    assert FULL.headline == "Lab 06: not passed yet, 1 of 4 checks"
    assert Report("06", "timeout", 1, 0.0, (result("blocked"),)).headline == "Lab 06: stopped: out of time"
    assert FULL.waiting == {"Each failed attempt is marked.": 1}


def test_keys_of_a_later_version_are_passed_over() -> None:
    told = json.loads(FULL.to_json())
    told["later"] = told["checks"][0]["later"] = 1
    assert from_json(json.dumps(told)).to_json() == FULL.to_json()


@pytest.mark.parametrize(
    "text", ["", "[]", "7", "{}", '{"checks": 7}', '{"checks": [7]}', '{"checks": []}', "[" * 99999]
)
def test_what_is_no_report_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a report|Expecting value"):
        from_json(text)


def test_junit_has_one_case_a_check_and_counts_them() -> None:
    suite = ElementTree.fromstring(FULL.to_junit())
    assert suite.tag == "testsuite"
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "skipped", "errors", "time")} == {
        "name": "lab 06", "tests": "4", "failures": "2", "skipped": "1", "errors": "0", "time": "1.235",
    }  # fmt: skip
    assert [case.get("name") for case in suite] == ["a", "b", "t", "c"]
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["failure"], ["skipped"]]
    failure = suite[1][0].text or ""
    assert [part in failure for part in ("expected 1", "got 2", "attempt 1", "look")] == [True] * 4
    assert suite[3][0].get("message") == "blocked: Each failed attempt is marked."


@pytest.mark.parametrize("verdict", ["not-attempted", "timeout", "crashed", "tampered", "cannot-grade"])
def test_a_grading_that_stopped_is_an_error_in_junit(verdict: str) -> None:
    suite = ElementTree.fromstring(Report("06", verdict, 1, 0.0, message="Cell 3").to_junit())
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert [(case.get("name"), case[0].tag, case[0].get("message")) for case in suite] == [(verdict, "error", "Cell 3")]


def test_hostile_texts_stay_well_formed_and_readable() -> None:
    bad = Result("b", HOSTILE, "failed", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    report = Report(HOSTILE, "crashed", 1, 0.0, (bad, result("blocked", blocked_by=HOSTILE)), message=HOSTILE)
    suite = ElementTree.fromstring(report.to_junit())
    assert "\U0001f600" in (suite[0][0].text or "")
    report.to_junit().encode()
    assert from_json(report.to_json()) == report


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_makes_junit_that_parses(lab: str, text: str) -> None:
    ElementTree.fromstring(Report(lab, "failed", 1, 0.0, (result("failed", got=text, title=text),)).to_junit())
