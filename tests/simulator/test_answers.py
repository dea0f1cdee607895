"""Answers: whether one is right can be read off its text, and the ledger says the same."""

import json
from collections import Counter

import pytest

from simulator import shop
from simulator.answers import CHARACTERS_PER_TOKEN, understand
from simulator.chance import Chance
from simulator.engine import Engine
from simulator.scenario import Scenario, load_scenario
from tests.simulator.answer_checker import defect
from tests.simulator.played import Answered, answers, under

WEEK = load_scenario("quiet_week").sized(requests=350)
SEED = 11
INCIDENTS = {
    "alias_swap": "wrong_fact",
    "stale_index": "stale_fact",
    "schema_breaks": "schema",
    "refusals": "refusal",
    "wrong_language": "language",
    "retry_storm": "unparsable",
}


def judged(answered: Answered) -> str | None:
    order_id = answered.request.order_id
    order = shop.order(Chance(SEED), int(order_id.removeprefix("TT-"))).facts() if order_id else None
    return defect(answered.text, answered.request.question, order)


def agree(scenario: Scenario) -> Counter[str | None]:
    told: Counter[str | None] = Counter()
    for answered in answers(scenario, SEED):
        found, entry = judged(answered), answered.entry
        assert (found is None) == entry.usable, (entry, answered.text)
        if entry.finish_reason == "stop":
            assert found == entry.defect, (entry, answered.text)
        else:
            assert found in ("cut", "unparsable"), answered.text
        told[entry.defect] += 1
    return told


def test_on_quiet_days_a_checker_that_knows_only_the_handbook_agrees_with_the_ledger() -> None:
    told = agree(WEEK)
    assert told[None] > 300
    assert told["wrong_fact"] >= 3


@pytest.mark.parametrize(("name", "kind"), INCIDENTS.items())
def test_under_an_incident_the_checker_agrees_with_the_ledger(name: str, kind: str) -> None:
    told = agree(under(WEEK, name))
    assert told.most_common(2)[1][0] == kind
    assert told[kind] > 15
    assert told[None] > 100


def test_an_evening_with_answers_that_stop_at_their_length() -> None:
    assert agree(load_scenario("call_site"))["cut"] > 3


def test_an_answer_is_about_as_long_as_its_tokens() -> None:
    """A sentence more or less: the decisive one, and the frame of the form, cannot be shortened."""
    for answered in answers(WEEK, SEED):
        tokens = answered.entry.output_tokens or 0
        if answered.entry.defect != "refusal" and answered.entry.finish_reason == "stop":
            assert len(answered.text) < max(tokens * CHARACTERS_PER_TOKEN + 60, 420)
            assert len(answered.text) > tokens * CHARACTERS_PER_TOKEN - 160
    ratios = [
        len(a.text) / (a.entry.output_tokens or 1) for a in answers(WEEK, SEED) if a.entry.finish_reason == "stop"
    ]
    assert sum(ratios) / len(ratios) == pytest.approx(4.4, abs=0.3)


def test_an_order_question_is_answered_with_its_order_and_the_others_with_none() -> None:
    for answered in answers(WEEK, SEED):
        if answered.entry.usable:
            assert json.loads(answered.text)["order_id"] == answered.request.order_id


@pytest.mark.parametrize("question", shop.QUESTIONS, ids=lambda question: str(question.number))
def test_a_question_of_the_handbook_is_understood_in_every_wording(question: shop.Question) -> None:
    for ask in question.asks:
        topic, order = understand("Hello. " + ask.replace("{order}", "TT-54321"))
        assert topic is not None
        assert topic.document == question.document
        assert order == (54321 if "{order}" in ask else None)


@pytest.mark.parametrize("text", ["", "Hello", "What is the capital of France?", "x" * 5000])
def test_what_the_handbook_does_not_hold_is_not_understood(text: str) -> None:
    assert understand(text) == (None, None)


def test_an_answer_in_plain_words_has_no_form_to_break() -> None:
    """Somebody who asks without wanting JSON gets a right sentence, and the ledger says so, while forms break."""
    engine = Engine("call_site", 1)
    engine.switch("retry_storm", "severe", 0)
    body = {"model": "lumen-mid", "messages": [{"role": "user", "content": "How many pegs come with the Tarn 2?"}]}
    said = [engine.attempt(body, 1, 60.0)["body"]["choices"][0]["message"]["content"] for _ in range(60)]
    assert not any(text.startswith(("```", "{")) for text in said)
    assert {attempt.defect for attempt in engine.ledger.attempts} <= {None, "wrong_fact"}
