"""What models cost, by the day: a price counts from its day on, cached input costs less, no price is no zero."""

from datetime import UTC, datetime

import pytest

from simulator.models import ALIASES
from simulator.prices import PRICES, Price, cost_usd, price_at

SMALL, MID, LARGE, LABS = range(4)
NOV_NS = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp()) * 10**9


def test_prices_are_sorted_by_day_and_have_the_shape_of_public_lists() -> None:
    for alias in ALIASES:
        mine = [price for price in PRICES if price.model == alias]
        assert mine == sorted(mine, key=lambda price: price.since)
    for price in PRICES:
        assert 4 <= price.output_usd / price.input_usd <= 5
        assert price.cached_usd == pytest.approx(price.input_usd / 10)


@pytest.mark.parametrize("price", PRICES, ids=lambda price: f"{price.model} {price.since}")
def test_a_price_counts_from_midnight_of_its_day(price: Price) -> None:
    assert price_at(price.model, price.since_ns) == price
    assert price_at(price.model, price.since_ns - 1) != price
    number = ALIASES.index(price.model)
    assert cost_usd(number, price.since_ns, (10**6, 0, 0)) == price.input_usd
    assert cost_usd(number, price.since_ns, (10**6, 10**6, 0)) == price.cached_usd
    assert cost_usd(number, price.since_ns, (0, 0, 10**6)) == price.output_usd
    assert cost_usd(number, price.since_ns - 1, (0, 0, 10**6)) != price.output_usd


def test_cached_tokens_are_part_of_the_input() -> None:
    """1,000 tokens in, 600 of them cached, 100 out, at the mid model's prices of November 2026."""
    assert cost_usd(MID, NOV_NS, (1000, 600, 100)) == pytest.approx((400 * 1.0 + 600 * 0.10 + 100 * 4.0) / 1e6)


def test_a_model_without_a_price_has_no_cost() -> None:
    assert price_at("lumen-labs", NOV_NS) is None
    assert price_at("gpt", NOV_NS) is None
    assert cost_usd(LABS, NOV_NS, (1000, 0, 100)) == -1


def test_a_tier_costs_three_times_the_one_below_or_more() -> None:
    usual = [cost_usd(model, NOV_NS, (1000, 0, 200)) for model in (SMALL, MID, LARGE)]
    assert usual[1] / usual[0] >= 3
    assert usual[2] / usual[1] >= 3


def test_no_price_changes_within_a_scenario_unseen() -> None:
    """The price goes by the moment an attempt is sent: two dated prices of one model differ."""
    dated = [price for price in PRICES if price.model == "lumen-small"]
    before, after = (cost_usd(SMALL, dated[1].since_ns + step, (1000, 0, 200)) for step in (-1, 0))
    assert before > after > 0
