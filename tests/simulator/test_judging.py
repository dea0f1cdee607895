"""The simulated judge: right about four times in five, fond of long answers, always of the same mind, and not free."""

from typing import Any

import numpy as np
import pytest

from simulator.answering import ANSWERED, TOOL
from simulator.behaviour import Behaviour
from simulator.chance import Chance
from simulator.judging import GOOD, MODEL, OUTPUT_TOKENS, Verdict, judge
from simulator.prices import price_at
from simulator.scenario import load_scenario
from tests.simulator.played import columns

WEEK = load_scenario("quiet_week").sized(requests=60_000)
MANY = np.arange(40_000)
NOW = Behaviour()


def verdicts(usable: bool, *, output_tokens: int = 200, now: Behaviour = NOW, seed: int = 3) -> Verdict:
    return judge(Chance(seed), MANY, usable, (1000, output_tokens), WEEK.start_ns, now)


def good(found: Verdict) -> float:
    return float((found.score >= GOOD).mean())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_agrees_with_the_truth_in_four_answers_of_five(seed: int) -> None:
    rows = columns(WEEK, seed)
    answered = (rows["fate"] == ANSWERED) & (rows["says"] != TOOL)
    agrees = ((rows["judge_score"] >= GOOD) == rows["usable"])[answered]
    assert 0.77 <= agrees.mean() <= 0.83


def test_it_is_as_often_right_about_bad_answers_as_about_good_ones() -> None:
    assert 0.77 <= good(verdicts(True)) <= 0.83
    assert 0.77 <= 1 - good(verdicts(False)) <= 0.83


@pytest.mark.parametrize("usable", [True, False])
def test_it_is_fond_of_long_answers(usable: bool) -> None:
    short, usual, long = (verdicts(usable, output_tokens=tokens) for tokens in (50, 200, 400))
    assert good(short) + 0.03 < good(usual) < good(long) - 0.03
    within = (usual.score > 0) & (long.score < 1)
    assert (long.score - usual.score)[within].mean() == pytest.approx(0.1)


def test_it_is_always_of_the_same_mind_about_the_same_answer() -> None:
    once, again = verdicts(True), verdicts(True)
    assert (once.score == again.score).all()
    assert (once.score != verdicts(True, seed=4).score).mean() > 0.9


def test_scores_lie_between_nought_and_one() -> None:
    for usable, output_tokens in ((True, 4000), (False, 1)):
        score = verdicts(usable, output_tokens=output_tokens).score
        assert score.min() >= 0
        assert score.max() <= 1


def test_it_takes_time_and_costs_what_its_model_costs() -> None:
    found = verdicts(True)
    price = price_at(MODEL, WEEK.start_ns)
    assert price is not None
    assert found.cost_usd == pytest.approx((1260 * price.input_usd + OUTPUT_TOKENS * price.output_usd) / 1e6)
    assert found.latency_ns.min() > 0.1e9
    assert np.median(found.latency_ns) == pytest.approx(0.88e9, rel=0.05)


@pytest.mark.parametrize("shift", [0.16, -0.1])
def test_an_incident_shifts_all_scores(shift: float) -> None:
    for usable in (True, False):
        before, after = verdicts(usable).score, verdicts(usable, now=Behaviour(judge=shift)).score
        free = (before > 0) & (before < 1) & (after > 0) & (after < 1)
        assert np.allclose((after - before)[free], shift)
        assert ((after - before) * np.sign(shift) >= 0).all()


def test_one_answer_is_judged_as_an_array_of_them_is() -> None:
    one: Any = judge(Chance(3), 7, True, (1000, 200), WEEK.start_ns, NOW)
    assert (one.score, one.latency_ns) == (verdicts(True).score[7], verdicts(True).latency_ns[7])
