"""Wrong values: what a plain value of an attribute may be mistaken for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def wrong_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield, for one plain value, each wrong one with words for how it came about."""
    match value:
        case bool():
            yield "inverted", not value
            yield "written as text", str(value).lower()
        case int() | float():
            yield from _wrong_numbers(value)
        case str():
            yield "altered", f"{value}x"
            yield "emptied", ""
            yield "in capitals", value.upper()
            yield "written as a list", [value]
        case list() | tuple():
            yield "emptied", []
            yield "written as text", ", ".join(map(str, value))
            yield "with its first item twice", [*value[:1], *value]
            yield "with one item altered", [*value[:-1], f"{value[-1]}x"] if value else ["x"]
        case _:
            yield "written as text", repr(value)


def _wrong_numbers(value: float) -> Iterator[tuple[str, Any]]:
    yield "scaled by 1000", value * 1000
    yield "divided by 1000", value / 1000 if isinstance(value, float) else value // 1000
    yield "negated", -value
    yield "zeroed", type(value)(0)
    yield "one more", value + 1
    yield "one less", value - 1
    yield "written as text", str(value)
    if isinstance(value, int):
        yield "written with a fraction", float(value)
