"""Requests: every text is as long as the numbers say, so that a million tokens can be counted without a text."""

from collections import Counter
from dataclasses import replace

import pytest

from simulator import asking, prompts, shop
from simulator.behaviour import Behaviour
from simulator.chance import Chance
from simulator.models import count_tokens
from simulator.run import Request
from simulator.scenario import load_scenario
from simulator.shop_steps import request
from simulator.traffic import Asked, Traffic

WEEK = load_scenario("quiet_week")
# Every text of every prompt, old documents, long questions and long threads.
MIXED = Behaviour(bold_prompt=0.3, polished_prompt=0.3, stale=0.3, question=4.0, context=1.5)
TRAFFIC = Traffic(
    replace(WEEK.sized(requests=1500), base=MIXED, prompts=tuple(replace(u, edited=(0.4, 0.6)) for u in WEEK.prompts)),
    Chance(5),
)
ASKED = tuple(TRAFFIC.requests())


def sent(asked: Asked) -> Request:
    told = request(asked, TRAFFIC)
    return Request(**told | {"prompt": asked.prompt, "documents": asked.documents})


def test_this_is_a_mixture_of_everything() -> None:
    texts = Counter((asked.prompt.name, asked.found.text) for asked in ASKED)
    assert len(texts) == 3 * 4
    assert {bool(asked.found.stale) for asked in ASKED} == {True, False}
    assert {asked.found.thread_length > 0 for asked in ASKED} == {True, False}
    assert {asked.found.personal for asked in ASKED} >= {-1, 0, 1}
    assert {asked.found.question for asked in ASKED} == set(range(len(shop.QUESTIONS)))


def test_each_text_is_as_long_as_the_numbers_say() -> None:
    for asked in ASKED:
        system, *earlier, question = (message["content"] for message in sent(asked).messages)
        lengths = (len(system), len(question), len(earlier[0]) if earlier else 0)
        found = asked.found
        assert (found.system_length, found.question_length, found.thread_length) == lengths, asked.id


def test_the_tokens_of_a_request_are_those_of_its_messages() -> None:
    for asked in ASKED:
        messages = sent(asked).messages
        assert asked.found.input_tokens == 3 + sum(4 + count_tokens(message["content"]) for message in messages)


def test_an_input_has_the_length_that_was_drawn_where_its_thread_can_be_that_long() -> None:
    drawn = [asking._target(TRAFFIC.chance, asked.index) * 1.5 for asked in ASKED]
    off = [
        abs(asked.found.input_tokens - target)
        for asked, target in zip(ASKED, drawn, strict=True)
        if asked.found.thread_length and target < 20_000
    ]
    assert len(off) > 700
    assert max(off) < 45  # a sentence of the thread


def test_everything_is_plain_ascii_and_no_placeholder_is_left() -> None:
    for asked in ASKED:
        for message in sent(asked).messages:
            assert message["content"].isascii()
            assert "{" not in message["content"]


def test_the_edited_text_keeps_its_label_and_the_released_ones_carry_the_next() -> None:
    labels = {
        (asked.prompt.name, asked.found.text): asked.prompt.version for asked in ASKED if asked.model != "lumen-labs"
    }
    for name, now, following in (
        ("support-answer", "v7", "v8"),
        ("order-status", "v3", "v4"),
        ("gear-advice", "v2", "v3"),
    ):
        assert [labels[name, text] for text in range(4)] == [now, now, following, following]


@pytest.mark.parametrize(
    ("version", "following"), [("v7", "v8"), ("v9", "v10"), ("v3-preview", "v4-preview"), ("new", "new-next")]
)
def test_a_released_edit_gets_the_next_label(version: str, following: str) -> None:
    assert prompts.label(version, prompts.CURRENT) == prompts.label(version, prompts.EDITED) == version
    assert prompts.label(version, prompts.BOLD) == prompts.label(version, prompts.POLISHED) == following


def test_templates_differ_and_each_has_one_place_for_documents() -> None:
    texts = [text for four in prompts.TEMPLATES for text in four]
    assert len(set(texts)) == len(texts) == 12
    assert all(text.count("{documents}") == 1 and text.isascii() for text in texts)
