"""Spans as trees, whatever they claim about their parents."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from grader.telemetry import Span
from grader.trace import Node, trees
from tests.grader.samples import span


def shape(nodes: tuple[Node, ...]) -> list[tuple[int, str]]:
    return [(depth, found.span_id) for node in nodes for depth, found in node.walk()]


def test_children_stand_under_their_parent_in_order_of_their_start() -> None:
    spans = [span(2, id="late", parent_id="root"), span(1, id="early", parent_id="root"), span(0, 5, id="root")]
    assert shape(trees(spans)) == [(0, "root"), (1, "early"), (1, "late")]


def test_a_span_whose_parent_is_not_there_is_a_root() -> None:
    assert shape(trees([span(id="orphan", parent_id="gone"), span(1, id="other")])) == [(0, "orphan"), (0, "other")]


def test_the_same_ids_in_two_traces_do_not_meet() -> None:
    spans = [
        span(0, id="p"),
        span(1, id="c", parent_id="p"),
        span(2, id="p", trace_id="a2"),
        span(3, id="c", parent_id="p", trace_id="a2"),
    ]
    assert shape(trees(spans)) == [(0, "p"), (1, "c"), (0, "p"), (1, "c")]


def test_a_parent_of_another_trace_is_no_parent() -> None:
    spans = [span(0, id="p"), span(1, id="c", parent_id="p", trace_id="a2")]
    assert shape(trees(spans)) == [(0, "p"), (0, "c")]


def test_a_span_that_is_its_own_parent_is_a_root() -> None:
    assert shape(trees([span(id="x", parent_id="x")])) == [(0, "x")]


def test_a_ring_of_parents_is_cut_at_its_first_span() -> None:
    spans = [span(1, id="b", parent_id="a"), span(0, id="a", parent_id="c"), span(2, id="c", parent_id="b")]
    assert shape(trees(spans)) == [(0, "a"), (1, "b"), (2, "c")]


def test_what_hangs_on_a_ring_keeps_its_place() -> None:
    spans = [span(0, id="tail", parent_id="b"), span(1, id="a", parent_id="b"), span(2, id="b", parent_id="a")]
    assert shape(trees(spans)) == [(0, "a"), (1, "b"), (2, "tail")]


def test_of_spans_with_the_same_id_the_first_has_the_children() -> None:
    spans = [span(0, id="p"), span(1, id="p"), span(2, id="c", parent_id="p")]
    assert shape(trees(spans)) == [(0, "p"), (1, "c"), (0, "p")]


def test_a_chain_of_five_thousand_spans_does_not_overflow_the_stack() -> None:
    chain = [span(n / 1000, id=str(n), parent_id=str(n - 1)) for n in range(5000)]
    assert shape(trees(chain)) == [(n, str(n)) for n in range(5000)]


def test_doubled_ids_on_a_long_chain_do_not_multiply() -> None:
    chain = [span(n / 1000, id=str(n), parent_id=str(n - 1)) for n in range(100) for _ in range(2)]
    assert len(shape(trees(chain))) == 200


IDS = st.sampled_from("abcde")


@given(st.lists(st.tuples(IDS, IDS | st.none(), st.integers(0, 3)), max_size=12))
def test_every_span_stands_in_exactly_one_tree(claims: list[tuple[str, str | None, int]]) -> None:
    spans: list[Span] = [span(at, id=own, parent_id=parent) for own, parent, at in claims]
    placed = [found for node in trees(spans) for _, found in node.walk()]
    assert sorted(map(id, placed)) == sorted(map(id, spans))
    starts = [node.span.start_ns for node in trees(spans)]
    assert all(one <= two for one, two in itertools.pairwise(starts))
