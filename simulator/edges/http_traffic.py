"""`/traffic/...`: the shop's customers and the bot's other steps; `/control/incidents`: what goes wrong, switched live.

There is one queue of customers: a program takes one, serves them with as many calls as it needs, and says how it ended.
Until the next one is taken, all chat completions count as that customer's.
"""

from __future__ import annotations

from typing import Any

from simulator.edges.http_engine import Stage
from simulator.edges.http_exchange import Exchange
from simulator.refusals import Refused, expect
from simulator.scenario import ScenarioError

_STEPS = ("search", "rerank", "look_up", "judge")
_LARGEST_SEED = (1 << 64) - 1


class Traffic:
    """Answers a program that plays the shop's bot."""

    def __init__(self, stage: Stage) -> None:
        """Take the scenario."""
        self._stage = stage

    async def begin(self, exchange: Exchange) -> None:
        """Begin a run."""
        body = await _read(exchange, "scenario", "seed")
        scenario, seed = body.get("scenario"), body.get("seed")
        if scenario is not None:
            expect.text(scenario, "scenario")
        if seed is not None:
            expect.whole(seed, "seed", least=0, most=_LARGEST_SEED)
        try:
            begun = await self._stage.begin(scenario, seed, exchange)
        except ScenarioError as error:
            raise Refused("invalid_value", str(error), "scenario") from error
        await exchange.answer(200, begun)

    async def next(self, exchange: Exchange) -> None:
        """Wait for the next customer."""
        await exchange.answer(200, {"request": await self._stage.next_request(exchange)})

    async def step(self, exchange: Exchange) -> None:
        """Do one of the bot's steps beside the model."""
        body = await _read(exchange, "step", "subject")
        step: Any = body.get("step")
        subject: Any = body.get("subject")
        if step is None:
            expect.missing("step")
        expect.one_of(step, "step", _STEPS)
        if step == "rerank":
            expect.items(subject, "subject", "an array of objects")
            for number, document in enumerate(subject):
                expect.mapping(document, f"subject[{number}]")
        else:
            expect.text(subject, "subject")
        await exchange.answer(200, {"result": await self._stage.step(step, subject, exchange)})

    async def close(self, exchange: Exchange) -> None:
        """Take note of how a customer's request ended."""
        body = await _read(exchange, "outcome")
        if body.get("outcome") is None:
            expect.missing("outcome")
        expect.one_of(body["outcome"], "outcome", ("answered", "failed"))
        self._stage.close_request(body["outcome"])
        await exchange.answer(200, {"outcome": body["outcome"]})


class Control:
    """Answers who switches incidents while the server runs."""

    def __init__(self, stage: Stage) -> None:
        """Take the scenario."""
        self._stage = stage

    async def answer(self, exchange: Exchange) -> None:
        """Switch an incident on or off if that is asked for, and say which are on."""
        if exchange.scope["method"] == "POST":
            await self._switch(exchange)
        await exchange.answer(200, {"incidents": self._stage.engine.incidents()})

    async def _switch(self, exchange: Exchange) -> None:
        body = await _read(exchange, "name", "strength")
        for key in ("name", "strength"):
            if body.get(key) is None:
                expect.missing(key)
            expect.text(body[key], key)
        try:
            self._stage.switch(body["name"], body["strength"])
        except ScenarioError as error:
            raise Refused("invalid_value", str(error), None) from error


async def _read(exchange: Exchange, *names: str) -> dict[str, Any]:
    body = await exchange.read_object()
    for name in body:
        if name not in names:
            raise Refused("unknown_parameter", f"Unknown parameter: {expect.quoted(name)}.", name)
    return body
