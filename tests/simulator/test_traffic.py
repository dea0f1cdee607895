"""Traffic: customers come as a Poisson stream, and the same seed brings the same ones."""

from dataclasses import replace

import pytest

from simulator.chance import Chance
from simulator.scenario import load_scenario
from simulator.traffic import NS, requests

SCENARIO = load_scenario("call_site")
MANY = replace(SCENARIO, requests=20_000)


def test_the_same_seed_brings_the_same_customers() -> None:
    assert list(requests(SCENARIO, Chance(5))) == list(requests(SCENARIO, Chance(5)))
    assert list(requests(SCENARIO, Chance(5))) != list(requests(SCENARIO, Chance(6)))


def test_requests_come_in_order_at_the_scenarios_rate() -> None:
    at_ns = [asked.at_ns for asked in requests(MANY, Chance(1))]
    assert at_ns == sorted(at_ns)
    minutes = (at_ns[-1] - SCENARIO.start_ns) / NS / 60
    assert len(at_ns) / minutes == pytest.approx(SCENARIO.requests_per_minute, rel=0.03)


def test_prompts_are_used_in_the_scenarios_shares() -> None:
    names = [asked.prompt.name for asked in requests(MANY, Chance(1))]
    for use in SCENARIO.prompts:
        assert names.count(use.name) / len(names) == pytest.approx(use.share, abs=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_one_template_changes_once_while_its_version_stays(seed: int) -> None:
    asked = [one for one in requests(SCENARIO, Chance(seed)) if one.prompt.name == "support-answer"]
    hashes = [one.prompt.sha256 for one in asked]
    assert len(set(hashes)) == 2
    assert hashes == sorted(hashes, key=hashes.index)
    assert {one.prompt.version for one in asked} == {"v7"}
    others = [one for one in requests(SCENARIO, Chance(seed)) if one.prompt.name == "order-status"]
    assert len({one.prompt.sha256 for one in others}) == 1


def test_a_request_has_its_own_question_document_and_answer() -> None:
    for asked in requests(SCENARIO, Chance(3)):
        assert asked.topic.prompt == asked.prompt.name
        assert "{order}" not in asked.question + asked.answer
        assert asked.topic.source in asked.answer
