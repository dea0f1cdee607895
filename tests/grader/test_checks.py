"""The vocabulary of checks: what one says of itself, and how calls are compared."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import Check, Mismatch, check, compare
from grader.evidence import Evidence
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
