"""Facts wanted of a span: which values will do, and how they are told."""

from __future__ import annotations

from typing import Any

import pytest

from grader.wanted import attribute, kind, said, same, status
from tests.grader.samples import span


def having(**attributes: Any) -> Any:
    return span(attributes={name.replace("__", "."): found for name, found in attributes.items()})


@pytest.mark.parametrize(("wanted", "found"), [(1, True), (100, 100.0), ("7", 7), (0, None), (["a"], "a")])
def test_values_of_another_type_are_not_the_same(wanted: object, found: object) -> None:
    assert not same(wanted, found)
    assert same(found, found)


def test_any_accepted_value_will_do_and_the_first_is_what_is_expected() -> None:
    fact = attribute("gen_ai.provider.name", "lumen", "openai", label="provider")
    assert (fact.expected, fact.label, fact.name) == ("'lumen'", "provider", "gen_ai.provider.name")
    assert [fact.holds(having(gen_ai__provider__name=found)) for found in ("lumen", "openai", "other")] == [
        True,
        True,
        False,
    ]


def test_a_name_that_is_accepted_with_a_note_is_read_too() -> None:
    assert attribute("gen_ai.provider.name", "lumen").holds(having(gen_ai__system="lumen"))
    assert not attribute("gen_ai.usage.input_tokens", 7).holds(having(gen_ai__usage__prompt_tokens=7))


def test_none_means_that_it_may_be_left_out() -> None:
    assert attribute("x", None).holds(having())
    assert not attribute("x", None).holds(having(x=0))
    assert attribute("x", 1, None).holds(having()) and attribute("x", 1, None).holds(having(x=1))
    assert (attribute("x", None).expected, attribute("x", 1).got(having())) == ("not set", "not set")


def test_a_comparison_of_ones_own_replaces_the_values() -> None:
    fact = attribute("x", expected="a hash", agrees=lambda found: found == "ab")
    assert (fact.expected, fact.holds(having(x="ab")), fact.holds(having(x="a hash"))) == ("a hash", True, False)


def test_kind_and_status_are_read_from_the_span_itself() -> None:
    assert kind("CLIENT").holds(span()) and not kind("CLIENT").holds(span(kind="INTERNAL"))
    assert kind("CLIENT").got(span(kind="INTERNAL")) == "INTERNAL"
    assert status("UNSET", "OK").holds(span(status="OK")) and not status("UNSET", "OK").holds(span(status="ERROR"))
    assert status("UNSET", "OK").expected == "UNSET or OK"


def test_text_and_number_can_be_told_apart() -> None:
    assert [said(found) for found in ("7", 7, ["stop"], None, b"x")] == ["'7'", "7", "['stop']", "not set", "b'x'"]


def test_a_value_of_any_size_or_depth_is_told_in_a_line() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert said(deep) == "a value nested too deep to be shown"
    assert max(len(said(found)) for found in ("x" * 10**6, b"\0" * 10**6, ["x"] * 10**4)) <= 240
