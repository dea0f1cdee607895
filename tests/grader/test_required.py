"""What is required of a request beside what was emitted: every way of being right, every way of being wrong."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grader.evidence import Evidence
from grader.required import Required, lay, span_tree
from grader.span_tree import Row
from grader.telemetry import Span
from grader.wanted import attribute, kind
from tests.grader.samples import START_NS, S, attempt, evidence, span


def need(label: str, at_s: float, lasts_s: float, *spans: Span, **changes: object) -> Required:
    start_ns = START_NS + round(at_s * S)
    node = Required(label, start_ns, start_ns + round(lasts_s * S), spans)
    return replace(node, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def shape(rows: tuple[Row, ...]) -> list[tuple[str, int, str, str]]:
    return [(row.mark, row.depth, row.label, row.name) for row in rows]


def differences(row: Row) -> list[tuple[str, str, str]]:
    return [(fact.name, fact.expected, fact.got) for fact in row.wrong_facts]


def test_a_right_span_is_right_and_a_missing_one_missing() -> None:
    first = span(0, 1)
    rows = lay([need("attempt 1", 0, 1, first), need("attempt 2", 3, 1)], [first])
    assert shape(rows) == [("right", 0, "attempt 1", "chat lumen-mid"), ("missing", 0, "attempt 2", "")]
    assert (rows[1].required, rows[1].emitted) == ((3 * S, 4 * S), None)


def test_a_wrong_attribute_is_named_with_both_values() -> None:
    only = span(attributes={"tokens": 164, "mine": "x"})
    rows = lay([need("attempt 1", 0, 1, only, facts=(attribute("tokens", 812), kind("CLIENT")))], [only])
    assert rows[0].mark == "wrong"
    assert differences(rows[0]) == [("tokens", "812", "164")]
    assert ("mine", "", "'x'") in [(fact.name, fact.expected, fact.got) for fact in rows[0].facts]


def test_a_wrong_time_is_named_within_the_tolerance() -> None:
    late = span(0, 1.5)
    assert differences(lay([need("a", 0, 1, late)], [late])[0]) == [("end", "1.000 s", "1.500 s")]
    assert lay([need("a", 0, 1, late)], [late], tolerance_ns=S)[0].mark == "right"
    just = span(0, 1.001)
    assert lay([need("a", 0, 1, just)], [just])[0].mark == "right"


def test_a_second_span_for_one_node_is_extra_and_so_is_a_stray_one() -> None:
    one, two, stray = span(id="1"), span(id="2", parent_id="1", name="again"), span(0.5, 0.1, id="3", name="stray")
    rows = lay([need("attempt 1", 0, 1, one, two)], [one, two, stray], [stray])
    assert shape(rows) == [
        ("right", 0, "attempt 1", "chat lumen-mid"),
        ("extra", 1, "", "again"),
        ("extra", 0, "", "stray"),
    ]


def test_spans_around_between_and_beside_do_no_harm() -> None:
    root, middle = span(-1, 9, id="r", name="answer"), span(0, 5, id="m", parent_id="r", name="try")
    chat, beside = span(0, 1, id="c", parent_id="m"), span(0.2, 0.1, id="b", parent_id="r", name="look up")
    node = need("answer", -1, 9, root, children=(need("attempt 1", 0, 1, chat),))
    assert shape(lay([node], [root, middle, chat, beside])) == [
        ("right", 0, "answer", "answer"),
        ("yours", 1, "", "try"),
        ("right", 2, "attempt 1", "chat lumen-mid"),
        ("yours", 1, "", "look up"),
    ]


def test_a_span_that_does_not_hang_below_its_parent_is_wrong() -> None:
    root, lost, elsewhere = span(0, 3, id="r", name="answer"), span(1, 1, id="l"), span(1, 1, id="e", parent_id="l")
    children = (need("retrieve", 1, 1, lost), need("model", 1, 1, elsewhere))
    rows = {row.label: row for row in lay([need("answer", 0, 3, root, children=children)], [root, lost, elsewhere])}
    assert differences(rows["retrieve"]) == [("parent", "below answer", "a root of its own")]
    assert differences(rows["model"]) == [("parent", "below answer", "below chat lumen-mid")]


def test_parallel_branches_stand_below_their_root_in_order_of_their_start() -> None:
    root = span(0, 5, id="r", name="answer")
    left, right = span(1, 2, id="x", parent_id="r"), span(1.5, 1, id="y", parent_id="r")
    children = (need("vectors", 1.5, 1, right), need("keywords", 1, 2, left), need("rerank", 3, 1))
    assert shape(lay([need("answer", 0, 5, root, children=children)], [right, left, root])) == [
        ("right", 0, "answer", "answer"),
        ("right", 1, "keywords", "chat lumen-mid"),
        ("right", 1, "vectors", "chat lumen-mid"),
        ("missing", 1, "rerank", ""),
    ]


def test_what_is_missing_stands_beside_what_was_emitted_of_the_same_rank() -> None:
    root, second = span(0, 5, id="r", name="mine"), span(3, 1, id="s", parent_id="r")
    rows = lay([need("attempt 1", 0, 1), need("attempt 2", 3, 1, second)], [root, second])
    assert [(row.mark, row.depth) for row in rows] == [("yours", 0), ("missing", 1), ("right", 1)]


def test_a_flood_of_attributes_or_letters_stays_short() -> None:
    many = {f"{n}{'k' * 1000}": "v" * 1000 for n in range(1000)}
    row = lay([need("a", 0, 1, span(name="n" * 1000, attributes=many))], [])[0]
    assert len(row.facts) == 42  # start, end and forty more
    assert len(row.name) == max(len(fact.name) for fact in row.facts) == 120
    assert max(len(fact.got) for fact in row.facts) <= 240


def test_what_is_missing_with_its_parent_stands_below_it() -> None:
    node = need("answer", 0, 5, children=(need("retrieve", 1, 1), need("model", 2, 2)))
    assert shape(lay([node], [])) == [
        ("missing", 0, "answer", ""),
        ("missing", 1, "retrieve", ""),
        ("missing", 1, "model", ""),
    ]


def test_one_span_cannot_stand_for_two_nodes() -> None:
    wide = span(0, 4)
    rows = lay([need("attempt 1", 0, 1, wide), need("attempt 2", 3, 1, wide)], [wide])
    assert [row.mark for row in rows] == ["wrong", "missing"]


def test_other_requests_of_the_same_trace_are_not_shown() -> None:
    evening = span(-10, 100, id="r", name="evening")
    ours, theirs = span(0, 1, id="a", parent_id="r"), span(50, 1, id="b", parent_id="r")
    rows = lay([need("attempt 1", 0, 1, ours)], [evening, ours, theirs])
    assert [row.name for row in rows] == ["evening", "chat lumen-mid"]


def make(found: Evidence, request: str) -> list[Required]:
    calls = [call for call in found.calls if call.attempt.request_id == request]
    return [Required("attempt", c.attempt.sent_at_ns, c.attempt.ended_at_ns, c.spans) for c in calls]


def test_a_request_without_a_difference_or_without_requirements_has_no_tree() -> None:
    assert span_tree(make, evidence((attempt(),), (span(),)), "r-0001") is None
    assert span_tree(make, evidence((attempt(),), (span(),)), "r-0002") is None


def test_a_flood_of_spans_is_counted_and_what_is_required_stays() -> None:
    flood = [span(n / 10_000, 0.00001, id=str(n), attributes={"n": n}) for n in range(5000)]
    tree = span_tree(make, evidence((attempt(0, 1), attempt(3, 1)), tuple(flood)), "r-0001")
    assert tree is not None
    assert len(tree.rows) == 60
    assert len([row for row in tree.rows if row.required]) == 2
    assert tree.left_out >= 4900


TIMES = st.integers(-(10**30), 10**30)
SPANS = st.builds(
    lambda name, own, parent, trace, start, end, key, value: span(
        id=own, name=name, parent_id=parent, trace_id=trace, start_ns=start, end_ns=end, attributes={key: value}
    ),
    st.text(st.characters(), max_size=5),
    st.sampled_from(["a", "b", "c", "required 0", "required 1", ""]),
    st.sampled_from(["a", "b", "required 0", None]),
    st.sampled_from(["a1", "a2", ""]),
    TIMES | st.just(START_NS),
    TIMES | st.just(START_NS + S),
    st.text(st.characters(), max_size=5),
    st.none() | st.text(st.characters()) | st.floats() | st.lists(st.booleans()) | st.binary(),
)


@given(st.lists(SPANS, max_size=6))
def test_whatever_was_emitted_every_required_node_has_its_row(spans: list[Span]) -> None:
    found = evidence((attempt(0, 1), attempt(3, 1, number=2)), tuple(spans))
    rows = lay(make(found, "r-0001"), spans, found.stray_spans)
    assert sum(row.required is not None for row in rows) == 2
    assert all((row.mark == "missing") == (row.emitted is None) for row in rows)
