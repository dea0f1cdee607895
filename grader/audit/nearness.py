"""Tells whether one name is another one, mistyped."""

from __future__ import annotations

MOST_EDITS = 2
_LONGEST_MIDDLE = 24


def is_near(name: str, other: str, most: int = MOST_EDITS) -> bool:
    """Tell whether at most so many letters were added, dropped, changed, or swapped with a neighbour."""
    if abs(len(name) - len(other)) > most or len(set(name) ^ set(other)) > 2 * most:
        return False  # an edit brings in one letter and takes out one, at most
    start = _alike(name, other)
    end = _alike(name[:start:-1], other[:start:-1])
    name, other = name[start : len(name) - end], other[start : len(other) - end]
    # Two edits far apart leave a long middle: rare, and what makes a flood of names dear.
    return max(len(name), len(other)) <= _LONGEST_MIDDLE and _edits(name, other, most) <= most


def _alike(name: str, other: str) -> int:
    """Count the letters with which both begin."""
    return next((n for n, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), min(len(name), len(other)))


def _edits(name: str, other: str, most: int) -> int:
    """Count the edits, Levenshtein's, and swapped neighbours as one; beyond `most` no longer exactly."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(name, start=1):
        following = [i]
        for j, b in enumerate(other, start=1):
            least = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and name[i - 2] == b:
                least = min(least, before[j - 2] + 1)
            following.append(least)
        before, row = row, following
        if min(before) > most and min(row) > most:
            break
    return max(row[-1], min(row))
