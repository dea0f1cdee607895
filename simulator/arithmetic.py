"""The few operations in which behaviour is written, so that one function serves one call and a million.

Given numbers they return numbers; given arrays, arrays (`simulator.edges.arrays`, the only place that knows numpy).
Both ways use the same IEEE operations in the same order, so the results are equal to the last bit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, TypeAlias

Numbers: TypeAlias = Any
"""A number or truth value, or an array of them: one for each call."""

_ONE = (float, int, bool)


def where(condition: Numbers, yes: Numbers, no: Numbers) -> Numbers:
    """Return `yes` where the condition holds and `no` elsewhere; both are evaluated."""
    if condition is True:
        return yes
    if condition is False:
        return no
    from simulator.edges import arrays

    return arrays.where(condition, yes, no)


def whole(number: Numbers) -> Numbers:
    """Return the whole part of a number that is not negative."""
    if type(number) in _ONE:
        return int(number)
    from simulator.edges import arrays

    return arrays.whole(number)


def take(table: Sequence[float], position: Numbers) -> Numbers:
    """Return what stands at a position of a table (a tuple of numbers)."""
    if type(position) in _ONE:
        return table[position]
    from simulator.edges import arrays

    return arrays.take(table, position)


def count_up_to(table: Sequence[float], number: Numbers) -> Numbers:
    """Return how many entries of a sorted table are at most `number`."""
    if type(number) in _ONE:
        return bisect_right(table, number)
    from simulator.edges import arrays

    return arrays.count_up_to(table, number)


def smaller(one: Numbers, other: Numbers) -> Numbers:
    """Return the smaller of two."""
    return where(one < other, one, other)


def larger(one: Numbers, other: Numbers) -> Numbers:
    """Return the larger of two."""
    return where(one > other, one, other)


def nowhere(condition: Numbers) -> bool:
    """Tell whether a condition holds for no call at all."""
    return not condition if condition is True or condition is False else not condition.any()
