"""The vocabulary of checks: what one says of itself, and how calls are compared."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from grader.checks import Check, Mismatch, check, compare, fitting, require
from grader.evidence import Call, Evidence
from grader.wanted import attribute, kind
from tests.grader.samples import attempt, evidence, span

HINTS = ("where", "idea", "nearly")


def laid(*names: object) -> Evidence:
    """One call a name, each of whose span has that name as a model."""
    spans = (span(n * 5, id=str(n), attributes={"gen_ai.request.model": name}) for n, name in enumerate(names))
    return evidence(tuple(attempt(n * 5, number=n + 1) for n in range(len(names))), tuple(spans))


def compare_models(found: Evidence, **changes: Any) -> None:
    compare(
        found.calls,
        expected=lambda call: call.attempt.model,
        got=lambda call: call.get("gen_ai.request.model"),
        **changes,
    )


def test_a_check_says_its_sentence_anchor_hints_and_what_it_builds_on() -> None:
    @check(anchor="one", hints=HINTS)
    def first(evidence: Evidence) -> None:
        """One sentence."""

    @check(anchor="two", hints=HINTS, after=[first])
    def second(evidence: Evidence) -> None:
        """Another sentence."""

    assert vars(first)["__check__"] == Check("first", "One sentence.", "one", (), HINTS)
    assert vars(second)["__check__"].after == ("first",)


def test_calls_that_agree_pass() -> None:
    compare_models(laid("lumen-mid", "lumen-mid"))
    compare_models(laid())


def test_the_first_call_that_differs_is_told_with_the_number_of_all() -> None:
    with pytest.raises(Mismatch) as caught:
        compare_models(laid("lumen-mid", "lumen-large", None), likely=lambda call: "the other model")
    told = caught.value
    assert (told.expected, told.got, told.likely) == ("'lumen-mid'", "'lumen-large'", "the other model")
    assert told.where == '2 of 3 differ; the first is attempt 2 of request r-0001, span "chat lumen-mid"'
    assert str(told) == "expected 'lumen-mid', got 'lumen-large'"


@pytest.mark.parametrize(("wanted", "found"), [(1, True), (100, 100.0), ("7", 7), (0, None)])
def test_values_of_another_type_do_not_agree(wanted: object, found: object) -> None:
    calls = laid("x").calls
    with pytest.raises(Mismatch):
        compare(calls, expected=lambda call: wanted, got=lambda call: found)


def test_how_to_agree_and_how_to_say_it_can_be_given() -> None:
    compare_models(laid("LUMEN-MID"), agree=lambda wanted, got: wanted == got.lower())
    with pytest.raises(Mismatch) as caught:
        compare_models(laid("x"), say=lambda model: f"model {model}")
    assert (caught.value.expected, caught.value.got, caught.value.likely) == ("model lumen-mid", "model x", "")


def test_long_texts_are_cut_to_be_read() -> None:
    told = Mismatch("e" * 5000, "g" * 240, "w" * 241, "")
    assert [len(text) for text in (told.expected, told.got, told.where, told.likely)] == [240, 240, 240, 0]
    assert told.expected.endswith("e…")
    assert told.got.endswith("g")


def test_a_comparison_names_the_request_that_failed_first() -> None:
    with pytest.raises(Mismatch) as caught:
        compare_models(laid("lumen-mid", "x"))
    assert caught.value.request == "r-0001"
    assert Mismatch("one", "two").request == ""


def mistake(said: str | None, call: Call) -> str | None:
    return said


def test_the_hint_is_chosen_by_what_was_wrong() -> None:
    hints = {"swapped": "which is which?", "text": "look at the type"}
    for said, hint in (
        ("it is text", "look at the type"),
        ("swapped text", "which is which?"),
        ("else", ""),
        (None, ""),
    ):
        with pytest.raises(Mismatch) as caught:
            compare_models(laid("x"), hint=fitting(partial(mistake, said), hints))
        assert caught.value.hint == hint


def test_required_facts_that_hold_pass() -> None:
    require(laid("a", "b").calls, lambda call: [kind("CLIENT"), attribute("gen_ai.request.model", "a", "b")])


def test_the_first_call_without_a_required_fact_is_told_with_all_its_facts() -> None:
    with pytest.raises(Mismatch) as caught:
        require(
            laid("a", None, "c").calls,
            lambda call: [kind("CLIENT"), attribute("gen_ai.request.model", "a", label="model")],
            likely=lambda call: "a slip",
            hint=lambda call: "look",
        )
    told = caught.value
    assert (told.expected, told.got) == ("kind CLIENT, model 'a'", "kind CLIENT, model not set")
    assert told.where.startswith("2 of 3 differ; the first is attempt 2 of request r-0001")
    assert (told.likely, told.hint, told.request) == ("a slip", "look", "r-0001")
