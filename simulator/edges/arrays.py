"""The operations of `simulator.arithmetic` on numpy arrays, one entry a call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@lru_cache(maxsize=256)
def as_array(table: tuple[float, ...]) -> Array:
    """Return a table as an array, made once."""
    return np.asarray(table)


def where(condition: Array, yes: Any, no: Any) -> Array:
    """See `simulator.arithmetic.where`."""
    found: Array = np.where(condition, yes, no)
    return found


def whole(number: Array) -> Array:
    """See `simulator.arithmetic.whole`."""
    return number.astype(np.int64)


def take(table: Sequence[float], position: Array) -> Array:
    """See `simulator.arithmetic.take`."""
    found: Array = as_array(tuple(table)).take(position)
    return found


def count_up_to(table: Sequence[float], number: Array) -> Array:
    """See `simulator.arithmetic.count_up_to`."""
    found: Array = np.searchsorted(as_array(tuple(table)), number, side="right")
    return found
