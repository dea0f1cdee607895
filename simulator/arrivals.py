"""When customers come: a rate that follows the hour and the day, and gaps that cluster.

Customers who chat come nearly one by one (gaps gamma with shape 0.9: Azure's 2023 trace of conversations has a
coefficient of variation of 1.02 within a minute); machines that forward mail come in bursts (shape 0.1, coefficient
3.2: Azure's code trace has 3.3). The factors of the hours are those of a small hosted model in the ServeGen traces of
2025 (peak over trough 2.2); days differ with a standard deviation of 0.15 (the same traces: up to 20 %).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.arithmetic import Numbers, count_up_to, larger, take, whole
from simulator.chance import Chance
from simulator.quantiles import gamma, normal

NS = 1_000_000_000
HOUR_NS = 3600 * NS
DAY_NS = 24 * HOUR_NS

HOURS = (
    *(0.84, 0.71, 0.73, 0.68, 0.71, 0.66, 0.68, 0.85, 1.02, 1.05, 1.13, 1.09),
    *(1.06, 1.07, 1.06, 1.05, 1.09, 1.08, 1.01, 1.23, 1.46, 1.40, 1.27, 1.06),
)
"""Factor of each hour of the day (UTC), mean 1 within half a per cent."""

WEEKDAYS = (1.05, 1.02, 1.0, 1.0, 1.02, 0.95, 0.96)
"""Factor of each day from Monday on; our own: an outdoor shop is asked a little less at the weekend."""

DAY_DEVIATION = 0.15
INTERACTIVE_SHAPE, BATCH_SHAPE = 0.9, 0.1
BATCH_SHARE = 0.12
"""Share of requests that machines forward in bursts; our own."""

_TICKS = 1 << 20
"""Ticks of operational time: the mean gap, in whole numbers, so that sums are exact."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate of one kind of customer.

    `moments_ns` are sorted moments from which on each of `rates` counts, in ticks a nanosecond; `reached` is how many
    ticks have passed at each moment. The last rate goes on for ever.
    """

    moments_ns: tuple[int, ...]
    rates: tuple[float, ...]
    reached: tuple[float, ...]

    def moment(self, ticks: Numbers) -> Numbers:
        """Return when so many ticks have passed, in Unix nanoseconds."""
        piece = larger(count_up_to(self.reached, ticks) - 1, 0)
        return take(self.moments_ns, piece) + whole((ticks - take(self.reached, piece)) / take(self.rates, piece))


def make_pace(knots_ns: list[int], rate: Callable[[int], float]) -> Pace:
    """Return the pace with one rate (requests a second) from each of these sorted moments on."""
    rates = [max(rate(knot), 1e-9) * _TICKS / NS for knot in knots_ns]
    reached = [0.0]
    for knot, after, ticks in zip(knots_ns, knots_ns[1:], rates, strict=False):
        reached.append(reached[-1] + float(int((after - knot) * ticks)))
    return Pace(tuple(knots_ns), tuple(rates), tuple(reached))


def hour_factor(chance: Chance, at_ns: int) -> float:
    """Return the factor on the rate at a moment: hour of the day, day of the week, and the day's own luck."""
    day = at_ns // DAY_NS
    luck = 1 + DAY_DEVIATION * normal().at(chance.uniform("day", day))
    factor: float = HOURS[at_ns % DAY_NS // HOUR_NS] * WEEKDAYS[(day + 3) % 7] * max(luck, 0.4)
    return factor


def gap_ticks(chance: Chance, stream: str, shape: float, index: Numbers) -> Numbers:
    """Return the gap before arrival number `index` of a stream, in ticks (whole, at least 1)."""
    return whole(gamma(shape).at(chance.uniform(stream, index)) * _TICKS) + 1
