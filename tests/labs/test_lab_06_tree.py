"""Lab 06's trees and hints: each mistake is marked where it stands, and its hint speaks of it."""

from __future__ import annotations

from functools import cache

import pytest

from grader.check_run import hints_of
from grader.judge import grade_cells
from grader.labs import find_lab
from grader.report import Report, Result
from grader.solutions import wrong_solutions
from grader.span_tree import SpanTree

LAB = find_lab("06")
FIRST_HINTS = {hints[0] for hints in hints_of(LAB.checks_file).values()}


@cache
def graded(name: str) -> Report:
    wrong = next(wrong for wrong in wrong_solutions(LAB) if wrong.name == name)
    return grade_cells(LAB, wrong.cells, 11).report


def failed(name: str) -> Result:
    return next(result for result in graded(name).checks if result.outcome == "failed")


def tree(name: str) -> SpanTree:
    found = failed(name).tree
    assert found is not None
    return found


def differences(name: str) -> list[tuple[str, list[str]]]:
    """The marks of the tree's rows, with the facts that do not hold."""
    return [(row.mark, [fact.name for fact in row.wrong_facts]) for row in tree(name).rows]


TOKENS = ["gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"]
ANSWER = ["gen_ai.response.model", "gen_ai.response.finish_reasons", *TOKENS]
MARKED: dict[str, list[tuple[str, list[str]]]] = {
    "one span around the whole retry loop": [("missing", []), ("wrong", ["start", "status", "error.type"])],
    "a second chat span inside the first": [("right", []), ("extra", [])],
    "only answers get a span": [("missing", []), ("wrong", ["start"])],
    "the kind is left out": [("wrong", ["kind"])],
    "the provider is missing": [("wrong", ["gen_ai.provider.name"])],
    "the span closes before the call": [("wrong", ["end"])],
    "the span opens after the answer": [("wrong", ["start"])],
    "the start is given in microseconds": [("wrong", ["start"])],
    "tokens are swapped": [("wrong", TOKENS)],
    "failures report zero tokens": [("wrong", TOKENS)],
    "the kind of error is missing": [("wrong", ["error.type"])],
    "the filled-in prompt is hashed": [("wrong", ["app.prompt.hash"])],
    "name and version are hashed instead of the text": [("wrong", ["app.prompt.hash"])],
    "the answer is written down after the span has ended": [("wrong", ANSWER)],
}


@pytest.mark.parametrize("name", MARKED)
def test_the_tree_marks_what_is_wrong_and_nothing_else(name: str) -> None:
    marked = differences(name)
    rest = [row for row in marked if row not in MARKED[name]]
    assert all(row in marked for row in MARKED[name])
    assert all(row == ("right", []) for row in rest)


def test_the_tree_says_what_was_required_and_what_was_emitted() -> None:
    facts = {fact.name: fact for fact in tree("tokens are swapped").rows[0].facts}
    one, other = (facts[name] for name in TOKENS)
    assert (one.expected, one.got) == (other.got, other.expected)
    assert (facts["kind"].holds, facts["kind"].got) == (True, "CLIENT")


def test_the_tree_is_that_of_the_request_that_failed_first() -> None:
    result = failed("an answer cut at its length is marked as an error")
    assert result.tree and result.tree.request == result.request
    assert f"request {result.request}," in result.where


FITS = {
    "one span around the whole retry loop": "before the loop",
    "a second chat span inside the first": "second place",
    "only answers get a span": "raises an error",
    "the kind is left out": "the line that opens the span",
    "the span closes before the call": "the line that ends the span",
    "the span opens after the answer": "the line that opens the span",
    "the pause stands inside the span": "what else runs",
    "the start is given in microseconds": "how many digits",
    "the alias stands as the answering model": "who knows which model answered",
    "the finish reason is a text, not a list": "the type of",
    "tokens are swapped": "side by side",
    "total tokens stand as input": "Add the two counts",
    "tokens are text": "what type",
    "failures report zero tokens": "is it 0, or nothing",
    "token names of an older convention": "letter by letter",
    "the kind of error is missing": "a status has no kind",
    "the error's message stands as its type": "different values",
    "the status is missing because the exception is swallowed": "who sets it",
    "an answer cut at its length is marked as an error": "an exception, or a response",
    "the filled-in prompt is hashed": "used the same prompt",
    "name and version are hashed instead of the text": "two prompt texts with one hash",
    "the hash is a number": "hex digits",
}


@pytest.mark.parametrize("name", FITS)
def test_the_hint_fits_the_mistake(name: str) -> None:
    assert FITS[name] in failed(name).hint
    assert failed(name).hint not in FIRST_HINTS


@pytest.mark.parametrize("name", sorted({*MARKED, *FITS}))
def test_every_failed_check_names_the_request(name: str) -> None:
    for result in graded(name).checks:
        assert result.outcome != "failed" or "request r-" in result.where, result


def test_a_pass_has_no_tree() -> None:
    report = grade_cells(LAB, LAB.reference, 11).report
    assert report.verdict == "passed"
    assert {(result.tree, result.request) for result in report.checks} == {(None, "")}
