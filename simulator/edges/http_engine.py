"""The engine as the server plays it: a scenario, its time, and what the server knows of the core, all in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from simulator.edges.http_exchange import Exchange
from simulator.edges.http_time import NoWait, ServerTime, WallTime
from simulator.engine import Engine
from simulator.engine_like import LONGEST_WAIT_S
from simulator.replies import Reply
from simulator.scenario import Scenario, load_scenario

NS = 1_000_000_000


class Stage:
    """One scenario on stage, for all clients of one server. Everything runs on the server's one thread.

    In real time a scenario starts when it is begun; when nobody waits it starts at its own time, so that the same seed
    and the same requests in the same order give the same bytes as in process.
    """

    def __init__(
        self,
        scenario: str,
        seed: int,
        *,
        speed: float | None,
        sink: Callable[[dict[str, Any]], None] | None = None,
        fixed: bool = False,
    ) -> None:
        """Begin a scenario.

        Args:
            scenario: its name.
            seed: which traffic and answers.
            speed: simulated seconds per real second; None makes nobody wait.
            sink: gets each finished entry of the ledger.
            fixed: clients cannot choose another scenario or seed.

        Raises:
            simulator.scenario.ScenarioError: if there is no such scenario.
        """
        self._seed, self._scenario, self._waits = seed, scenario, speed is not None
        self.time: ServerTime = NoWait(load_scenario(scenario).start_ns) if speed is None else WallTime(speed)
        self.engine = Engine(self._load(scenario), seed, fixed=fixed, sink=sink or _forget)

    def _load(self, scenario: str) -> Scenario:
        found = load_scenario(scenario)
        return replace(found, start_ns=self.time.now_ns()) if self._waits else found

    def attempt(self, body: Mapping[str, Any], patience_s: float) -> tuple[Reply, int]:
        """Answer a chat completion; returns the reply and when the request came (simulated Unix nanoseconds)."""
        sent_ns = self.time.now_ns()
        reply = self.engine.attempt(body, sent_ns, self.time.simulated_s(patience_s))
        return reply, sent_ns

    def close_stream(self, stream: int, chunks_read: int) -> None:
        """Note that a stream has ended now, after so many chunks."""
        self.engine.close_stream(stream, self.time.now_ns(), chunks_read)

    def close_request(self, outcome: str) -> None:
        """Note how the request under way ended."""
        self.engine.close_request(outcome)

    def hold_s(self, sent_ns: int) -> float:
        """Return how long an attempt without an answer is held (real seconds): as long as any client waits."""
        longest_ns = sent_ns + round(LONGEST_WAIT_S * NS)
        return self.time.real_s(longest_ns - self.time.now_ns())

    def over(self, reply: Reply, *, stayed: bool) -> None:
        """Learn that an attempt that is no stream is over, and whether its client was still there."""

    def end(self) -> None:
        """Write into the ledger what nobody has closed."""
        self.engine.ledger.finish()

    async def begin(self, scenario: str | None, seed: int | None, exchange: Exchange) -> dict[str, Any]:
        """Begin a run of customers, by default of the server's own scenario and seed."""
        chosen = self._load(self._scenario if scenario is None else scenario)
        begun = self.engine.begin(chosen, self._seed if seed is None else seed)
        await self.time.customer_at(begun["start_ns"], exchange)
        return begun

    async def next_request(self, exchange: Exchange) -> dict[str, Any] | None:
        """Return the next customer's request when they come; None after the last one."""
        asked = self.engine.next_request()
        if asked is not None:
            await self.time.customer_at(asked["at_ns"], exchange)
        return asked

    async def step(self, step: str, subject: Any, exchange: Exchange) -> Any:
        """Do one step of the bot beside the model; returns its result when it is there."""
        at_ns = self.time.now_ns()
        found = self.engine.step(step, subject, at_ns)
        await self.time.until(at_ns + round(found["latency_s"] * NS), exchange)
        return found["result"]

    def switch(self, name: str, strength: str) -> None:
        """Switch an incident on or off from now on."""
        self.engine.switch(name, strength, self.time.now_ns())


def _forget(entry: dict[str, Any]) -> None:
    """Keep no ledger, so that memory stays flat."""
