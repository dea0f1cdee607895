"""Drawings of any size, with any name."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.drawing import Bar, waterfall_svg
from tests.grader.samples import START_NS, S

SVG = "{http://www.w3.org/2000/svg}"


def draw(*bars: Bar, title: str = "Two attempts", note: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(waterfall_svg(bars, title=title, note=note))


def bar(at_s: float = 0, lasts_s: float = 1, name: str = "chat", **changes: Any) -> Bar:
    start_ns = START_NS + round(at_s * S)
    return Bar(name, start_ns, start_ns + round(lasts_s * S), **changes)


def rows(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [group for group in svg.findall(f"{SVG}g") if group.get("tabindex") == "0"]


@pytest.mark.parametrize("lasts_s", [0, -5, 1e-9, 1e9])
def test_a_bar_of_any_length_can_be_seen(lasts_s: float) -> None:
    widths = [float(r.get("width", 0)) for r in draw(bar(0, lasts_s)).iter(f"{SVG}rect") if r.get("x")]
    assert all(width >= 2 for width in widths)


def test_times_far_outside_any_clock_are_drawn() -> None:
    draw(Bar("a", -(10**30), 10**30), Bar("b", 0, 1))


def test_thousands_of_bars_are_drawn() -> None:
    assert len(rows(draw(*(bar(n, name=f"span {n}") for n in range(3000))))) == 3000


def test_deep_trees_and_long_names_stay_inside() -> None:
    svg = draw(bar(depth=500, name="n" * 500, note="m" * 500))
    texts = ["".join(text.itertext()) for text in rows(svg)[0].iter(f"{SVG}text")]
    assert max(map(len, texts)) <= 78
    assert texts[0].endswith("…")


ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_name_makes_a_drawing_that_parses(name: str, note: str, key: str, found: str) -> None:
    draw(bar(name=name, note=note, attributes={key: found}), title=name, note=note)


def test_a_name_cannot_bring_markup_of_its_own() -> None:
    svg = draw(bar(name='"><script>alert(1)</script>', note="</svg>"), title="</text><script>")
    assert "script" not in {element.tag.rpartition("}")[2] for element in svg.iter()}
    waterfall_svg([bar(name="\ud800\x00\x1b")], title="\ud800").encode()
