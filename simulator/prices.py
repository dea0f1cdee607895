"""What the invented models cost, by date, in USD for a million tokens: input, input that was cached, output.

The figures are invented; their shape is that of public price lists of 2026: output costs four to five times input,
cached input a tenth, and a tier about three to seven times the one below. A list changes now and then, so each price
has the day from which it counts. "lumen-labs" is a preview: nobody has published a price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from simulator.arithmetic import Numbers, count_up_to, take, where
from simulator.models import ALIASES

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one model from a day on (midnight UTC), in USD for a million tokens."""

    model: str
    since: date
    input_usd: float
    cached_usd: float
    output_usd: float

    @property
    def since_ns(self) -> int:
        """The moment from which it counts, in Unix nanoseconds."""
        return int(datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC).timestamp()) * _NS


PRICES: tuple[Price, ...] = (
    Price("lumen-small", date(2026, 1, 1), 0.20, 0.02, 0.80),
    Price("lumen-small", date(2026, 6, 11), 0.15, 0.015, 0.60),
    Price("lumen-mid", date(2026, 1, 1), 1.20, 0.12, 4.80),
    Price("lumen-mid", date(2026, 9, 2), 1.00, 0.10, 4.00),
    Price("lumen-large", date(2026, 1, 1), 3.00, 0.30, 15.00),
)
"""All prices ever, for each model the oldest first."""


def price_at(model: str, at_ns: int) -> Price | None:
    """Return the price of a model (its alias) at a moment, or None if there is none."""
    known = [price for price in PRICES if price.model == model and price.since_ns <= at_ns]
    return known[-1] if known else None


_SINCE = tuple(tuple(p.since_ns for p in PRICES if p.model == alias) for alias in ALIASES)
_USD = tuple(
    tuple((0.0, *(getattr(p, name) for p in PRICES if p.model == alias)) for alias in ALIASES)
    for name in ("input_usd", "cached_usd", "output_usd")
)


def cost_usd(model: Numbers, at_ns: Numbers, tokens: tuple[Numbers, Numbers, Numbers]) -> Numbers:
    """Return what an attempt cost, in USD.

    Args:
        model: number of the model in `ALIASES`; one that has no price costs -1.
        at_ns: when the attempt was sent (Unix nanoseconds).
        tokens: input (cached ones included), cached input, output.
    """
    if type(model) is int:
        return _cost(model, at_ns, tokens) if _SINCE[model] else -1.0
    found: Numbers = -1.0
    for number, since in enumerate(_SINCE):
        if since:
            found = where(model == number, _cost(number, at_ns, tokens), found)
    return found


def _cost(model: int, at_ns: Numbers, tokens: tuple[Numbers, Numbers, Numbers]) -> Numbers:
    inputs, cached, outputs = tokens
    age = count_up_to(_SINCE[model], at_ns)
    return (
        (inputs - cached) * take(_USD[0][model], age)
        + cached * take(_USD[1][model], age)
        + outputs * take(_USD[2][model], age)
    ) / 1_000_000
