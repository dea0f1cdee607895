"""Distributions as tables of their quantiles: a uniform draw is looked up, with straight lines between the knots.

A look-up is two loads, a multiplication and an addition: the same for a number and for an array, on every machine, and
cheaper than logarithms. The ends are cut at about four standard deviations of a normal.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from simulator.arithmetic import Numbers, take, whole

KNOTS = 4096
_END = 1 / (8 * KNOTS)


class Quantiles:
    """One distribution; `values` are its quantiles at 0, 1/4096, ... 1 (the ends stand for the tails)."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[float, ...]) -> None:
        """Take KNOTS + 1 values, ascending."""
        self.values = values

    def at(self, uniform: Numbers) -> Numbers:
        """Return the quantile of a draw in [0, 1)."""
        if type(uniform) is float:  # the same as below, without the calls
            place = uniform * KNOTS
            knot = int(place)
            low = self.values[knot]
            return low + (place - knot) * (self.values[knot + 1] - low)
        place = uniform * KNOTS
        knot = whole(place)
        low = take(self.values, knot)
        return low + (place - knot) * (take(self.values, knot + 1) - low)


def _levels() -> list[float]:
    return [_END, *(knot / KNOTS for knot in range(1, KNOTS)), 1 - _END]


@lru_cache(maxsize=1)
def _normal_values() -> tuple[float, ...]:
    quantile = NormalDist().inv_cdf
    return tuple(quantile(level) for level in _levels())


@lru_cache(maxsize=1)
def normal() -> Quantiles:
    """Return the standard normal distribution."""
    return Quantiles(_normal_values())


@lru_cache(maxsize=64)
def lognormal(sigma: float) -> Quantiles:
    """Return the lognormal distribution with median 1 and this sigma: multiply by the median you want."""
    return Quantiles(tuple(math.exp(sigma * z) for z in _normal_values()))


@lru_cache(maxsize=8)
def gamma(shape: float) -> Quantiles:
    """Return the gamma distribution with mean 1 and this shape; its coefficient of variation is 1 / sqrt(shape)."""
    steps = 3000
    low, high = math.log(_END * math.gamma(shape + 1)) / shape - 1, math.log(40 * max(shape, 1))
    logs = [low + (high - low) * step / steps for step in range(steps + 1)]
    below = [_gamma_below(shape, math.exp(log)) for log in logs]
    found, at = [], 0
    for level in _levels():
        while at < steps - 1 and below[at + 1] < level:
            at += 1
        share = min(1.0, (level - below[at]) / (below[at + 1] - below[at])) if below[at + 1] > below[at] else 1.0
        found.append(math.exp(logs[at] + share * (logs[at + 1] - logs[at])))
    mean = (sum(found) - (found[0] + found[-1]) / 2) / KNOTS
    return Quantiles(tuple(value / mean for value in found))


def _gamma_below(shape: float, x: float) -> float:
    """Return the regularised lower incomplete gamma function, by its power series."""
    term = total = 1.0
    over = shape
    while term > total * 1e-15:
        over += 1
        term *= x / over
        total += term
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape + 1))
