"""Traffic: customers come at the scenario's rate, and the same seed brings the same ones."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from simulator import asking, shop
from simulator.chance import Chance
from simulator.edges.rows import arrivals
from simulator.scenario import Scenario, load_scenario
from simulator.traffic import NS, Asked, Traffic, moment_in, request_id, tenant_name

SCENARIO = load_scenario("call_site")
WEEK = load_scenario("quiet_week")
MANY = replace(SCENARIO, requests=20_000)


def requests(scenario: Scenario, seed: int) -> list[Asked]:
    return list(Traffic(scenario, Chance(seed)).requests())


def test_the_same_seed_brings_the_same_customers() -> None:
    assert requests(SCENARIO, 5) == requests(SCENARIO, 5)
    assert requests(SCENARIO, 5) != requests(SCENARIO, 6)


@pytest.mark.parametrize("scenario", [MANY, WEEK.sized(days=7)], ids=lambda scenario: scenario.name)
def test_requests_come_in_order_at_the_scenarios_rate(scenario: Scenario) -> None:
    at_ns, _ = arrivals(Traffic(scenario, Chance(1)), scenario.requests)
    assert (np.diff(at_ns) >= 0).all()
    minutes = (at_ns[-1] - scenario.start_ns) / NS / 60
    # Days have luck of their own (standard deviation 0.15), a week a seventh of its variance.
    tolerance = 0.03 if scenario.shape == "flat" else 2 * 0.15 / 7**0.5
    assert len(at_ns) / minutes == pytest.approx(scenario.requests_per_minute, rel=tolerance)


@pytest.mark.parametrize("scenario", [SCENARIO, WEEK], ids=lambda scenario: scenario.name)
def test_one_by_one_and_in_arrays_they_arrive_at_the_same_moments(scenario: Scenario) -> None:
    traffic = Traffic(scenario, Chance(4))
    at_ns, batch = arrivals(traffic, 3000)
    assert list(zip(at_ns.tolist(), batch.tolist(), strict=True)) == list(islice(traffic.moments(), 3000))


def test_prompts_are_used_in_the_scenarios_shares() -> None:
    names = [asked.prompt.name for asked in requests(MANY, 1)]
    for use in SCENARIO.prompts:
        assert names.count(use.name) / len(names) == pytest.approx(use.share, abs=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_one_template_changes_once_while_its_version_stays(seed: int) -> None:
    asked = [one for one in requests(SCENARIO, seed) if one.prompt.name == "support-answer"]
    hashes = [one.prompt.sha256 for one in asked]
    assert len(set(hashes)) == 2
    assert hashes == sorted(hashes, key=hashes.index)
    assert {one.prompt.version for one in asked} == {"v7"}
    others = [one for one in requests(SCENARIO, seed) if one.prompt.name == "order-status"]
    assert len({one.prompt.sha256 for one in others}) == 1


def test_a_request_has_its_own_question_and_the_document_that_answers() -> None:
    traffic = Traffic(SCENARIO, Chance(3))
    for asked in traffic.requests():
        assert asked.topic.prompt == asked.prompt.name
        question = traffic.question(asked)
        assert "{" not in question
        assert asked.order.id in question or "{order}" not in asked.topic.asks[asked.found.wording]
        assert asked.sources[0] == shop.DOCUMENTS[asked.topic.document].name
        assert len(set(asked.sources)) == len(asked.sources) == (1 if asked.prompt.name == "order-status" else 3)
        assert asked.found.thread_length == len(asking.thread_text(asked.found))


def test_ids_count_from_one_and_tenants_are_shop_fronts_or_mailboxes() -> None:
    assert (request_id(0), request_id(99_999)) == ("r-0001", "r-100000")
    assert (tenant_name(0, WEEK), tenant_name(19, WEEK), tenant_name(20, WEEK)) == ("shop-01", "shop-20", "mailbox-1")


def test_a_moment_is_drawn_in_its_stretch_of_the_run() -> None:
    moments = [moment_in(Chance(seed), "incident.0", (0.2, 0.4), WEEK) for seed in range(300)]
    shares = [(moment - WEEK.start_ns) / WEEK.length_ns for moment in moments]
    assert min(shares) >= 0.2
    assert max(shares) <= 0.4
    assert sum(shares) / 300 == pytest.approx(0.3, abs=0.02)
