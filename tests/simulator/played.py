"""Runs as tests need them: played by the reference bot in this process, or as arrays of numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from simulator import Client, clock, streams
from simulator.bot import Bot, no_signals
from simulator.edges.rows import Columns, portions
from simulator.engine import Engine
from simulator.errors import APIError
from simulator.ledger import AttemptEntry
from simulator.prompts import Prompt
from simulator.provider import Reply
from simulator.run import Request
from simulator.scenario import Befalls, Scenario


@lru_cache(maxsize=8)
def columns(scenario: Scenario, seed: int) -> Columns:
    """Every attempt of a run in numbers."""
    parts = list(portions(scenario, seed))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def under(scenario: Scenario, name: str, strength: str = "severe") -> Scenario:
    """The scenario with one incident, from a tenth of its length on, for eight tenths."""
    return scenario.with_incidents([Befalls(name, strength, (0.1, 0.1), 0.8)])


@dataclass(frozen=True)
class Answered:
    """One answer as the bot read it, with its entry in the ledger and the request it belongs to."""

    text: str
    entry: AttemptEntry
    request: Request


class Listening(Engine):
    """An engine that remembers the texts it sent, whole, by response id."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(scenario, seed)
        self.texts: dict[str, str] = {}

    def attempt(self, body: Any, at_ns: int, timeout_s: float) -> Reply:
        reply = super().attempt(body, at_ns, timeout_s)
        for _, chunk in reply.get("chunks", ()):
            pieces = (choice["delta"].get("content") for choice in chunk["choices"])
            self.texts[chunk["id"]] = self.texts.get(chunk["id"], "") + "".join(filter(None, pieces))
        return reply


def play(scenario: Scenario, seed: int) -> tuple[Listening, list[Request]]:
    """Let the reference bot serve a run; returns the engine with its ledger, and the requests."""
    engine = Listening(scenario, seed)
    engine.begin(scenario, seed)
    bot, seen = Bot(Client(engine=engine), no_signals()), []
    while (asked := engine.next_request()) is not None:
        request = Request(**asked | {"prompt": Prompt(**asked["prompt"]), "documents": tuple(asked["documents"])})
        seen.append(request)
        outcome = "answered"
        with clock.simulated(request.at_ns):
            try:
                bot.answer(request)
            except APIError:
                outcome = "failed"
            streams.report_open()
        engine.close_request(outcome)
    return engine, seen


@lru_cache(maxsize=8)
def answers(scenario: Scenario, seed: int) -> tuple[Answered, ...]:
    """Every answer of a run that was sent whole: no error, and no call of a tool."""
    engine, seen = play(scenario, seed)
    requests = {request.id: request for request in seen}
    judged: Iterable[AttemptEntry] = (entry for entry in engine.ledger.attempts if entry.usable is not None)
    return tuple(
        Answered(engine.texts[entry.response_id or ""], entry, requests[entry.request_id or ""]) for entry in judged
    )
