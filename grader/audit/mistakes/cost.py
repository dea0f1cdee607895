"""Mistakes of cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from grader.audit.calls import Call
from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake, word_for_type

_MOST, _FEWEST = 200, 8
_CLOSE = 1e-3
"""A price explains a cost when it is met within a thousandth: then it is arithmetic, not chance."""


def _no_numbers(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        value = call.facts.get("cost")
        if value is not None and call.number("cost") is None:
            yield Found(call, f"`{call.names.get('cost', 'cost')}` is {word_for_type(value)}")


def _zeros(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        if call.number("cost") == 0 and (call.number("input_tokens") or 0) > 0:
            yield Found(call)


def _adds_cached(evidence: Evidence) -> Iterator[Found]:
    """Find models whose costs grow with the cached tokens, although these are in the input already."""
    by_model: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in evidence.calls:
        facts = [call.number(fact) for fact in ("cost", "input_tokens", "output_tokens")]
        if all(facts) and (call.number("cache_read") or 0) <= (facts[1] or 0):
            price_date = str(call.span.attributes.get("app.cost.price_date", ""))
            by_model[call.text("response_model") or call.model, price_date].append(call)
    for calls in by_model.values():
        if len(calls) >= _FEWEST and _cached_price(calls[:_MOST]) > 0:
            yield from (Found(call) for call in calls if call.number("cache_read"))


def _cached_price(calls: Sequence[Call]) -> float:
    """Return what a cached token adds to the cost, in parts of an input token's price; 0 if it cannot be told."""
    rows = [
        [call.number(fact) or 0.0 for fact in ("input_tokens", "cache_read", "output_tokens", "cost")] for call in calls
    ]
    prices = _least_squares([row[:3] for row in rows], [row[3] for row in rows])
    if prices is None or prices[0] <= 0:
        return 0.0
    met = all(abs(sum(p * x for p, x in zip(prices, row, strict=False)) - row[3]) <= _CLOSE * row[3] for row in rows)
    return prices[1] / prices[0] if met and prices[1] > _CLOSE * prices[0] else 0.0


def _least_squares(rows: Sequence[Sequence[float]], wanted: Sequence[float]) -> list[float] | None:
    """Solve by the normal equations, scaled by column; None if the columns do not differ enough to tell."""
    width = len(rows[0])
    scale = [max(abs(row[i]) for row in rows) for i in range(width)]
    if not all(scale):
        return None
    scaled = [[row[i] / scale[i] for i in range(width)] for row in rows]
    table = [
        [sum(row[i] * row[j] for row in scaled) for j in range(width)]
        + [sum(row[i] * value for row, value in zip(scaled, wanted, strict=True))]
        for i in range(width)
    ]
    for i in range(width):
        pivot = max(range(i, width), key=lambda r: abs(table[r][i]))
        table[i], table[pivot] = table[pivot], table[i]
        if abs(table[i][i]) < 1e-9:
            return None
        for r in range(width):
            if r != i:
                factor = table[r][i] / table[i][i]
                table[r] = [a - factor * b for a, b in zip(table[r], table[i], strict=True)]
    return [table[i][width] / table[i][i] / scale[i] for i in range(width)]


MISTAKES = (
    Mistake(
        "cost-not-a-number",
        "Cost that is no number",
        "serious",
        0,
        "Set it as `float`. OpenTelemetry turns a `Decimal` into text, and text cannot be summed.",
        Lesson("07"),
        _no_numbers,
        explains="cost",
    ),
    Mistake(
        "zero-cost",
        "A cost of zero for tokens that were used",
        "worth fixing",
        0,
        "Leave the cost out where you know no price, and say why in `app.cost.missing_reason`: a zero hides in "
        "every sum.",
        Lesson("07"),
        _zeros,
        explains="cost",
    ),
    Mistake(
        "cost-adds-cached",
        "Cost that pays for cached tokens twice",
        "serious",
        10,
        "Cached tokens are part of the input: price `input - cached` at the full rate, and the cached ones at theirs.",
        Lesson("07"),
        _adds_cached,
    ),
)
