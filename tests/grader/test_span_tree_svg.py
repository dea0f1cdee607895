"""A tree as a drawing: required and emitted on one axis, each mark with sign and word."""

from __future__ import annotations

from xml.etree import ElementTree

from grader.span_tree import MARKS, Fact, Row, SpanTree
from grader.span_tree_svg import fact_line, tree_svg

SVG = "{http://www.w3.org/2000/svg}"
S = 1_000_000_000
RIGHT = Row("right", 0, "attempt 1", "chat", (0, S), (0, S))


def drawn(*rows: Row, left_out: int = 0) -> ElementTree.Element:
    return ElementTree.fromstring(tree_svg(SpanTree("r-0031", rows, left_out)))


def texts(svg: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def marks(svg: ElementTree.Element) -> list[tuple[str, float, float]]:
    found = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("x") and rect.get("class")]
    return [(r.get("class", ""), float(r.get("x", 0)), float(r.get("width", 0))) for r in found]


def test_each_mark_is_a_sign_and_a_word() -> None:
    for mark, sign in MARKS.items():
        row = Row(mark, 0, "a", "b", (0, S), None if mark == "missing" else (0, S))
        assert f"{sign} {mark} 1 s" in texts(drawn(row))


def test_a_wrong_span_stands_in_the_frame_that_it_should_have_filled() -> None:
    svg = drawn(RIGHT, Row("wrong", 0, "attempt 2", "chat", (2 * S, 4 * S), (2 * S, 3 * S)))
    assert [kind for kind, _, _ in marks(svg)] == ["b", "e", "m"]
    assert marks(svg)[2][2] == 2 * marks(svg)[1][2]


def test_a_time_in_another_unit_leaves_room_for_the_others() -> None:
    svg = drawn(RIGHT, Row("wrong", 0, "attempt 2", "chat", (2 * S, 4 * S), (-(10**30), 4 * S)))
    assert "! wrong, far off" in texts(svg)
    assert marks(svg)[0][2] > 40


def test_what_differs_stands_below_the_bar_and_first_in_the_list() -> None:
    facts = (Fact("kind", "CLIENT", "CLIENT"), Fact("tokens", "812", "164", False))
    svg = drawn(Row("wrong", 0, "attempt 1", "chat", (0, S), (0, S), facts))
    assert 'tokens 164, required 812; span "chat"' in texts(svg)
    assert texts(svg)[-2:] == ["tokens = 164 ! wrong, required 812", "kind = CLIENT (as required)"]
    assert fact_line(Fact("mine", "", "'x'")) == "mine = 'x'"


def test_spans_that_are_not_drawn_are_counted() -> None:
    assert any("7 more spans are not drawn" in text for text in texts(drawn(RIGHT, left_out=7)))
    assert not any("not drawn" in text for text in texts(drawn(RIGHT)))
