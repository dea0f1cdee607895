"""The spans of one request: what was required beside what was emitted, row by row, as plain values of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARKS = {"right": "=", "wrong": "!", "missing": "-", "extra": "+", "yours": "·"}
"""The words that mark a row, each with its sign. "yours" is a span that nobody asked for and that does no harm."""

Stretch = tuple[int, int]
"""Start and end in nanoseconds since the request's first required span began."""


def seconds(ns: int) -> str:
    """Word a time for a person: three decimals tell a millisecond, the tolerance."""
    return f"{ns / 1e9:,.3f} s"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that stands on a span: what was expected, in words ("" if nothing was), and what was got."""

    name: str
    expected: str
    got: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One span, required or emitted or both.

    `label` is what the lab calls it ("" if it did not ask for it), `name` what the learner called it ("" if there is
    none); `required` and `emitted` are its times.
    """

    mark: str
    depth: int
    label: str = ""
    name: str = ""
    required: Stretch | None = None
    emitted: Stretch | None = None
    facts: tuple[Fact, ...] = ()

    @property
    def wrong_facts(self) -> tuple[Fact, ...]:
        """The facts that do not hold."""
        return tuple(fact for fact in self.facts if not fact.holds)


@dataclass(frozen=True, slots=True)
class SpanTree:
    """One request's rows, parents first; `left_out` counts emitted spans for which there was no room."""

    request: str
    rows: tuple[Row, ...]
    left_out: int = 0

    @property
    def finding(self) -> str:
        """Say in one sentence how the two sides differ."""
        required = sum(row.required is not None for row in self.rows)
        found = [f"{count} {mark}" for mark in MARKS if (count := sum(row.mark == mark for row in self.rows))]
        return f"Request {self.request}: {required} {'span' if required == 1 else 'spans'} required; {', '.join(found)}"


def read_tree(entry: Mapping[str, Any] | None) -> SpanTree | None:
    """Read a tree back from a report's JSON.

    Raises:
        TypeError, KeyError, AttributeError: if it is none.
    """
    if entry is None:
        return None
    return SpanTree(str(entry["request"]), tuple(map(_row, entry["rows"])), int(entry["left_out"]))


def _row(entry: Mapping[str, Any]) -> Row:
    facts = tuple(Fact(str(f["name"]), str(f["expected"]), str(f["got"]), bool(f["holds"])) for f in entry["facts"])
    mark = str(entry["mark"])
    if mark not in MARKS:
        raise TypeError(f"no such mark: {mark}")
    texts = (mark, int(entry["depth"]), str(entry["label"]), str(entry["name"]))
    return Row(*texts, _stretch(entry["required"]), _stretch(entry["emitted"]), facts)


def _stretch(entry: Sequence[int] | None) -> Stretch | None:
    if entry is None:
        return None
    start, end = entry
    return (int(start), int(end))
