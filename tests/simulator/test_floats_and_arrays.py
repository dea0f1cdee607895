"""One behaviour for one call and for a million: numbers and arrays give the same, to the last bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import answering, arithmetic, course_of, people, shop
from simulator.answering import Sending
from simulator.arrivals import gap_ticks
from simulator.behaviour import KNOBS, Behaviour
from simulator.bucket import cost_ns
from simulator.chance import Chance
from simulator.edges.rows import picked
from simulator.incident import all_incidents
from simulator.judging import judge
from simulator.models import ALIASES
from simulator.prices import PRICES, cost_usd
from simulator.quantiles import Quantiles, gamma, lognormal, normal
from simulator.scenario import Befalls, load_scenario
from simulator.traffic import Traffic

SEEDS = st.integers(0, 2**64 - 1)
INDEX = st.integers(0, 2**41)
UNIFORM = st.integers(0, 2**53 - 1).map(lambda bits: bits * 2.0**-53)
MOMENT = st.integers(1_790_000_000 * 10**9, 1_800_000_000 * 10**9)
CALLS = st.tuples(
    INDEX, MOMENT, st.integers(0, len(ALIASES) - 1), st.integers(1, 100_000), st.booleans(), st.booleans(),
    st.booleans(), st.integers(-1, 9),
)  # fmt: skip
FACTORS = ("traffic", "question", "context", "output", "first_token", "per_token", "limit")
BEHAVIOURS = st.builds(
    Behaviour, **{name: st.floats(0.1, 12) if name in FACTORS else st.floats(0, 0.3) for name in KNOBS}
)
WEEK = load_scenario("quiet_week")


def agree(function: Callable[..., Any], calls: list[tuple[Any, ...]]) -> None:
    """Hold a function's answer to arrays against its answers call by call."""
    together = function(*(np.array(argument) for argument in zip(*calls, strict=True)))
    for number, call in enumerate(calls):
        assert picked(together, number) == function(*call)


@pytest.mark.parametrize(
    "distribution",
    [normal(), *map(lognormal, (0.03, 0.25, 0.55, 0.6, 0.71, 1.0)), *map(gamma, (0.1, 0.9, 1.0))],
)
@given(draws=st.lists(UNIFORM, min_size=1))
def test_quantiles(distribution: Quantiles, draws: list[float]) -> None:
    agree(distribution.at, [(draw,) for draw in draws])


@given(seed=SEEDS, index=st.lists(INDEX, min_size=1))
def test_draws_by_index(seed: int, index: list[int]) -> None:
    chance, each = Chance(seed), [(n,) for n in index]
    for shape in (0.1, 0.9, 1.0):
        agree(lambda n: gap_ticks(chance, "arrival", shape, n), each)  # noqa: B023  # called at once
    agree(lambda n: answering.retrieval_ns(chance, n), each)
    agree(lambda n: answering.lookup_ns(chance, n), each)
    agree(lambda n: tuple(people.lengths(chance, n).values())[:2], each)
    agree(lambda n: shop.order_facts(chance, shop.order_number(chance, n)), each)


@pytest.mark.parametrize("name", all_incidents())
@settings(max_examples=15)
@given(seed=SEEDS, calls=st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 1), st.booleans()), min_size=1))
def test_requests_under_an_incident(name: str, seed: int, calls: list[tuple[int, float, bool]]) -> None:
    traffic = Traffic(WEEK.with_incidents([Befalls(name, "severe", (0.2, 0.3), 0.5)]), Chance(seed))
    agree(traffic.features, [(n, WEEK.start_ns + int(at * WEEK.length_ns), batch) for n, at, batch in calls])


@given(seed=SEEDS, now=BEHAVIOURS, clustering=st.floats(0, 1), calls=st.lists(CALLS, min_size=1))
def test_outcomes(seed: int, now: Behaviour, clustering: float, calls: list[tuple[Any, ...]]) -> None:
    def outcome(*sent: Any) -> Any:
        return answering.outcome(Chance(seed), Sending(*sent), now, clustering, 5.0, 300)

    agree(outcome, calls)
    agree(lambda *sent: outcome(*sent).usable, calls)


@given(
    seed=SEEDS,
    now=BEHAVIOURS,
    calls=st.lists(st.tuples(INDEX, st.booleans(), st.integers(1, 10**5), st.integers(1, 5000), MOMENT), min_size=1),
)
def test_verdicts(seed: int, now: Behaviour, calls: list[tuple[Any, ...]]) -> None:
    agree(lambda n, usable, read, wrote, at_ns: judge(Chance(seed), n, usable, (read, wrote), at_ns, now), calls)


EDGES = [price.since_ns + step for price in PRICES for step in (-1, 0, 1)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(ALIASES) - 1), MOMENT | st.sampled_from(EDGES), st.integers(1, 10**6), st.integers(0, 1),
            st.integers(0, 10**5),
        ),
        min_size=1,
    )
)  # fmt: skip
def test_costs(calls: list[tuple[int, int, int, int, int]]) -> None:
    agree(lambda model, at_ns, read, hit, wrote: cost_usd(model, at_ns, (read, read // 2 * hit, wrote)), calls)
    agree(lambda model, at_ns, read, hit, wrote: cost_ns(read, 180_000.0), calls)


@settings(max_examples=25)
@given(seed=SEEDS, start=st.integers(0, 10**6))
def test_the_course_of_a_request(seed: int, start: int) -> None:
    traffic = Traffic(load_scenario("call_site"), Chance(seed))

    def course(index: Any, at_ns: Any) -> Any:
        asked, state = course_of.arrived(traffic, index, at_ns, index < 0)
        first, state = course_of.attempt(traffic, asked, state)
        return first, course_of.attempt(traffic, asked, state)

    agree(course, [(start + n, traffic.scenario.start_ns + n * 10**10) for n in range(20)])


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_arithmetic(one: float, other: float) -> None:
    agree(arithmetic.smaller, [(one, other), (other, one)])
    agree(arithmetic.larger, [(one, other), (other, one)])
    agree(arithmetic.whole, [(abs(one),), (abs(other),)])
    table = (-5.0, 0.0, 0.5, 7.0, 1e6)
    agree(lambda number: arithmetic.count_up_to(table, number), [(one,), (other,), (0.5,)])
    agree(lambda number: arithmetic.take(table, number), [(0,), (4,)])
