"""Traffic: which customer asks what, when, and with which prompt. A pure function of scenario and seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.chance import Chance
from simulator.prompts import TEMPLATES, Prompt
from simulator.scenario import PromptUse, Scenario
from simulator.shop import TOPICS, Topic

NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One customer request as the simulator knows it: the question, what the bot retrieved, and the right answer.

    `answer` is the JSON text that a model which obeys the prompt gives.
    """

    id: str
    index: int
    at_ns: int
    topic: Topic
    question: str
    answer: str
    prompt: Prompt
    model: str


def moment_in(chance: Chance, stream: str, stretch: tuple[float, float], scenario: Scenario) -> int:
    """Draw a moment (Unix nanoseconds) in a stretch of the run, given as two shares of its length."""
    share = stretch[0] + (stretch[1] - stretch[0]) * chance.uniform(stream, 0)
    length_s = scenario.requests / scenario.requests_per_minute * 60
    return scenario.start_ns + round(share * length_s * NS)


def requests(scenario: Scenario, chance: Chance) -> Iterator[Asked]:
    """Yield the scenario's requests in order of arrival (a Poisson stream)."""
    edits_ns = {
        use: moment_in(chance, f"edit.{use.name}.{use.version}", use.edited, scenario)
        for use in scenario.prompts
        if use.edited
    }
    topics = {use.name: [t for t in TOPICS if t.prompt == use.name] for use in scenario.prompts}
    at_ns = scenario.start_ns
    for index in range(scenario.requests):
        at_ns += round(chance.exponential("arrival", index, 60 / scenario.requests_per_minute) * NS)
        use = _prompt_for(scenario, chance.uniform("prompt", index))
        edited = at_ns >= edits_ns.get(use, at_ns + 1)
        template = TEMPLATES[f"{use.name}, edited" if edited else use.name]
        topic = chance.choice("topic", index, topics[use.name])
        order = f"TT-{chance.bits('order', index) % 90_000 + 10_000}"
        yield Asked(
            id=f"r-{index + 1:04d}",
            index=index,
            at_ns=at_ns,
            topic=topic,
            question=topic.question.format(order=order),
            answer=_right_answer(topic, order),
            prompt=Prompt(use.name, use.version, template),
            model=use.model,
        )


def _right_answer(topic: Topic, order: str) -> str:
    answer = {
        "answer": topic.answer.format(order=order),
        "order_id": order if "{order}" in topic.question else None,
        "sources": [topic.source],
        "needs_human": False,
    }
    return json.dumps(answer)


def _prompt_for(scenario: Scenario, draw: float) -> PromptUse:
    for use in scenario.prompts:
        draw -= use.share
        if draw < 0:
            return use
    return scenario.prompts[-1]
