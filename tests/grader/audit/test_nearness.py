"""Two names are near when few edits lead from one to the other: as many as the plain definition counts."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.audit.nearness import is_near


def edits(name: str, other: str) -> int:
    """The definition, letter by letter: added, dropped, changed, or swapped with a neighbour."""

    @cache
    def count(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        least = min(count(i - 1, j) + 1, count(i, j - 1) + 1, count(i - 1, j - 1) + (name[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and name[i - 1] == other[j - 2] and name[i - 2] == other[j - 1]:
            least = min(least, count(i - 2, j - 2) + 1)
        return least

    return count(len(name), len(other))


@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
@settings(max_examples=300, deadline=None)
def test_nearness_is_at_most_two_edits(name: str, other: str) -> None:
    assert is_near(name, other) == (edits(name, other) <= 2)


@pytest.mark.parametrize(
    ("name", "other", "near"),
    [
        ("gen_ai.usage.input_token", "gen_ai.usage.input_tokens", True),
        ("gen_ai.usage.inptu_tokesn", "gen_ai.usage.input_tokens", True),
        ("gen_ai.request.user", "gen_ai.request.seed", False),
        ("gen_ai.prompt", "gen_ai.prompt.name", False),
    ],
)
def test_a_slip_of_the_fingers_is_near_and_another_word_is_not(name: str, other: str, near: bool) -> None:
    assert is_near(name, other) is near
