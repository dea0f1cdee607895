"""A tree as plain values: what it says in one sentence, and its way through JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from grader.span_tree import MARKS, Fact, Row, SpanTree, read_tree, seconds

FACTS = (Fact("end", "1.000 s", "2.000 s", False), Fact("kind", "CLIENT", "CLIENT"))
TREE = SpanTree(
    "r-0031",
    (
        Row("missing", 0, "attempt 1", required=(0, 10)),
        Row("wrong", 0, "attempt 2", "chat", (20, 30), (20, 40), FACTS),
        Row("extra", 1, name="again", emitted=(20, 10**30)),
    ),
    3,
)


def test_the_finding_counts_what_was_required_and_each_mark() -> None:
    assert TREE.finding == "Request r-0031: 2 spans required; 1 wrong, 1 missing, 1 extra"
    assert SpanTree("r-1", (Row("right", 0, required=(0, 1)),)).finding == "Request r-1: 1 span required; 1 right"


def test_only_what_does_not_hold_is_wrong() -> None:
    assert [fact.name for fact in TREE.rows[1].wrong_facts] == ["end"]


def test_a_tree_is_read_back_as_it_was() -> None:
    assert read_tree(json.loads(json.dumps(asdict(TREE)))) == TREE
    assert read_tree(None) is None


@pytest.mark.parametrize(
    "change", [{"rows": 7}, {"rows": [{}]}, {"left_out": None}, {"rows": [asdict(TREE.rows[0]) | {"mark": "x"}]}]
)
def test_what_is_no_tree_is_told(change: dict[str, object]) -> None:
    with pytest.raises((TypeError, KeyError, AttributeError)):
        read_tree(asdict(TREE) | change)


def test_no_two_marks_share_a_sign() -> None:
    assert len(set(MARKS.values())) == len(MARKS)


def test_a_time_shows_the_millisecond_that_is_tolerated() -> None:
    assert [seconds(ns) for ns in (0, 1_000_000, -61 * 10**9)] == ["0.000 s", "0.001 s", "-61.000 s"]
