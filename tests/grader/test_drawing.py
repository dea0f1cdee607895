"""Drawings: well-formed whatever a span is named, and readable without sight or colour."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.drawing import Bar, tree_bars, waterfall_svg
from grader.trace import trees
from tests.grader.samples import START_NS, S, span

SVG = "{http://www.w3.org/2000/svg}"


def draw(*bars: Bar, title: str = "Two attempts", note: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(waterfall_svg(bars, title=title, note=note))


def bar(at_s: float = 0, lasts_s: float = 1, name: str = "chat", **changes: Any) -> Bar:
    start_ns = START_NS + round(at_s * S)
    return Bar(name, start_ns, start_ns + round(lasts_s * S), **changes)


def rows(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [group for group in svg.findall(f"{SVG}g") if group.get("tabindex") == "0"]


def panels(svg: ElementTree.Element) -> list[list[str]]:
    groups = [group for group in svg.findall(f"{SVG}g") if (group.get("class") or "").startswith("p ")]
    return [[line.text or "" for line in group.findall(f"{SVG}text")] for group in groups]


def test_nothing_to_draw_is_told() -> None:
    with pytest.raises(ValueError, match="give at least one span"):
        waterfall_svg([], title="Nothing")


def test_a_screen_reader_hears_the_finding_and_every_bar() -> None:
    svg = draw(bar(), bar(1, 0.25, "retry", error=True, note="429"), title="One failed", note="at 19:04")
    label = svg.get("aria-label") or ""
    assert label.startswith("One failed. at 19:04 chat: 1.00 s from 0 ms.")
    assert "retry: error, 250 ms from 1.00 s, 429." in label
    assert [row.get("role") for row in rows(svg)] == ["img", "img"]
    assert all(row.get("tabindex") == "0" and row.get("aria-label") for row in rows(svg))


def test_a_missing_span_is_hollow_dashed_and_named_so() -> None:
    svg = draw(bar(missing=True))
    assert [rect.get("class") for rect in rows(svg)[0].iter(f"{SVG}rect")] == ["m"]
    style = svg.findtext(f"{SVG}style") or ""
    assert re.search(r"\.m\{fill:none;[^}]*stroke-dasharray", style)
    assert "1.00 s missing" in ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def test_an_error_is_said_with_the_word() -> None:
    svg = draw(bar(error=True))
    assert "1.00 s error" in ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def test_every_attribute_stands_in_the_title_of_its_bar() -> None:
    svg = draw(bar(attributes={"gen_ai.usage.input_tokens": 812, "x": "<&>"}))
    assert (rows(svg)[0].findtext(f"{SVG}title") or "").split("\n")[1:] == [
        "gen_ai.usage.input_tokens = 812",
        "x = '<&>'",
    ]


def test_bars_lie_inside_the_drawing_in_proportion() -> None:
    svg = draw(bar(0, 4), bar(2, 1))
    width = float((svg.get("viewBox") or "").split()[2])
    (x1, w1), (x2, w2) = [
        (float(r.get("x", 0)), float(r.get("width", 0))) for r in svg.iter(f"{SVG}rect") if r.get("x")
    ]
    assert w1 == pytest.approx(4 * w2, abs=0.2)
    assert x2 - x1 == pytest.approx(w1 / 2, abs=0.2)
    assert x1 + w1 < width


def test_a_bar_with_attributes_has_a_panel_that_lists_them_and_stays_short() -> None:
    many = {f"k{n}": n for n in range(40)}
    shown = panels(draw(bar(0, 1), bar(1, 1, attributes={"a": 1, "b": "<x>"}), bar(2, 1, attributes=many)))
    assert shown[0] == ["a = 1", "b = '<x>'"]
    assert shown[1][0] == "k0 = 0" and shown[1][-1] == "and 27 more" and len(shown[1]) == 14
    assert len(shown) == 2


def test_a_frame_shows_when_a_bar_should_have_been_and_the_axis_holds_both() -> None:
    svg = draw(
        bar(1, 1, look="bad", frame=(START_NS, START_NS + 4 * S)), bar(1, 1, look="extra"), bar(1, 1, look="aside")
    )
    marks = [
        (r.get("class"), float(r.get("x", 0)), float(r.get("width", 0))) for r in svg.iter(f"{SVG}rect") if r.get("x")
    ]
    assert [kind for kind, _, _ in marks] == ["e", "m", "x", "o"]
    assert (marks[1][1], marks[1][2]) == (230, 430)
    assert marks[0][1] == pytest.approx(230 + 430 / 4, abs=0.1)


def test_a_label_stands_instead_of_the_duration_and_lines_instead_of_attributes() -> None:
    svg = draw(bar(label="! wrong 1 s", lines=("end = 2 s", "<x>"), attributes={"hidden": 1}))
    told = ["".join(text.itertext()) for text in rows(svg)[0].iter(f"{SVG}text")]
    assert "! wrong 1 s" in told and "1.00 s" not in told
    assert panels(svg) == [["end = 2 s", "<x>"]]
    assert (rows(svg)[0].findtext(f"{SVG}title") or "").split("\n") == ["chat: ! wrong 1 s.", "end = 2 s", "<x>"]


def test_the_axis_counts_from_a_zero_of_its_own() -> None:
    svg = ElementTree.fromstring(waterfall_svg([bar(-2, 3)], title="t", zero_ns=START_NS))
    assert [text.text for text in svg.findall(f"{SVG}text")][2:4] == ["-2.00 s", "1.00 s"]


def test_trees_are_drawn_with_their_depth_and_chosen_attributes() -> None:
    roots = trees(
        [span(0, 3, id="a", name="answer"), span(1, 1, id="b", parent_id="a", status="ERROR", attributes={"x.y": 1})]
    )
    assert [(b.name, b.depth, b.error, b.note) for b in tree_bars(roots, ["x.y", "gone"])] == [
        ("answer", 0, False, ""),
        ("chat lumen-mid", 1, True, "y 1"),
    ]
    assert len(rows(ElementTree.fromstring(waterfall_svg(roots, title="t")))) == 2
