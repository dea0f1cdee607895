"""Arrivals: a pace that follows its rates exactly, and gaps whose mean is the rate's."""

import math
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.arrivals import _TICKS, DAY_NS, HOUR_NS, HOURS, NS, WEEKDAYS, gap_ticks, hour_factor, make_pace
from simulator.chance import Chance

MONDAY_NS = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp()) * NS


def test_factors_of_hours_and_weekdays_have_mean_one() -> None:
    assert (len(HOURS), len(WEEKDAYS)) == (24, 7)
    assert math.fsum(HOURS) / 24 == pytest.approx(1, abs=0.005)
    assert math.fsum(WEEKDAYS) / 7 == pytest.approx(1, abs=0.005)


def test_the_factor_of_a_moment_is_hour_times_weekday_times_the_days_luck() -> None:
    chance = Chance(3)
    for day in range(14):
        at_ns = MONDAY_NS + day * DAY_NS
        factors = [hour_factor(chance, at_ns + hour * HOUR_NS) for hour in range(24)]
        luck = factors[0] / HOURS[0] / WEEKDAYS[day % 7]
        assert factors == pytest.approx([hour * WEEKDAYS[day % 7] * luck for hour in HOURS])
        assert 0.4 <= luck <= 1.6
        assert hour_factor(chance, at_ns + HOUR_NS - 1) == factors[0]


def test_days_have_luck_of_their_own_with_a_deviation_of_a_seventh() -> None:
    chance = Chance(3)
    found = [hour_factor(chance, MONDAY_NS + week * 7 * DAY_NS) / HOURS[0] / WEEKDAYS[0] for week in range(2000)]
    assert np.mean(found) == pytest.approx(1, abs=0.01)
    assert np.std(found) == pytest.approx(0.15, abs=0.01)


@pytest.mark.parametrize("shape", [0.1, 0.9, 1.0])
def test_gaps_are_whole_and_have_the_mean_of_one_tick_unit(shape: float) -> None:
    gaps = gap_ticks(Chance(2), "arrival", shape, np.arange(400_000))
    assert gaps.dtype == np.int64
    assert gaps.min() >= 1
    assert gaps.mean() / _TICKS == pytest.approx(1, rel=0.02)
    assert gaps.std() / gaps.mean() == pytest.approx(shape**-0.5, rel=0.03)


def test_a_pace_brings_as_many_requests_as_its_rates_say() -> None:
    """Two a second for ten seconds, none for ten, four a second from then on."""
    knots = [MONDAY_NS, MONDAY_NS + 10 * NS, MONDAY_NS + 20 * NS]
    pace = make_pace(knots, lambda at_ns: {knots[0]: 2.0, knots[1]: 0.0}.get(at_ns, 4.0))
    moments = [(pace.moment(n * _TICKS) - MONDAY_NS) / NS for n in range(1, 61)]
    assert moments[:19] == pytest.approx([n / 2 for n in range(1, 20)], abs=0.01)
    assert not any(10.01 < moment < 19.99 for moment in moments)
    assert moments[20:60] == pytest.approx([20 + n / 4 for n in range(1, 41)], abs=0.01)


@given(st.lists(st.floats(0.001, 50), min_size=1, max_size=20), st.lists(st.integers(0, 10**10), min_size=2))
def test_more_ticks_never_lead_to_an_earlier_moment(rates: list[float], ticks: list[int]) -> None:
    knots = [MONDAY_NS + n * HOUR_NS for n in range(len(rates))]
    pace = make_pace(knots, lambda at_ns: rates[(at_ns - MONDAY_NS) // HOUR_NS])
    moments = [pace.moment(tick) for tick in sorted(ticks)]
    assert all(one <= other for one, other in pairwise(moments))
    assert moments[0] >= MONDAY_NS
    assert pace.moment(np.array(sorted(ticks))).tolist() == moments
