"""The stage of a judged evening: one run, at a pace a program can keep up with, measured on the real clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simulator.edges.http_engine import Stage
from simulator.edges.http_exchange import Exchange
from simulator.engine_like import LONGEST_WAIT_S
from simulator.refusals import Refused
from simulator.replies import Reply
from simulator.scenario import Scenario, load_scenario

PACE = 16.0
"""How many times as fast as in the scenario an answer comes: an evening of 120 requests takes about half a minute."""

SHORTEST_S, LONGEST_S = 0.12, 0.6
"""No answer comes faster (a span of another length must show) or slower (a short timeout must not cut one off)."""

HOLD_S = 3.0
"""An attempt that gets no answer is held for so long; then the connection breaks, for clients with more patience."""

_UNSEEN = dict.fromkeys(
    ("status", "answered_by", "response_id", "finish_reason", "input_tokens", "output_tokens", "cached_tokens",
     "usable", "defect", "cost_usd", "judge_score")
)  # fmt: skip
"""What a client that hung up never learned."""


@dataclass(slots=True)
class _Measured:
    """One attempt: its ledger entry, when its request was here whole, and when its answer had left (real time)."""

    entry: dict[str, Any]
    sent_ns: int
    ended_ns: int | None = None


class JudgedStage(Stage):
    """One evening for a program that is judged.

    Customers are there when they are asked for. The engine sees the scenario's own time, which an answer's real
    duration moves `PACE` times as fast; measured is on the real clock.
    """

    def __init__(self, scenario: str, seed: int, *, told: Callable[[str], None]) -> None:
        """Begin; `told` learns when the evening was "begun" and "played".

        Raises:
            simulator.scenario.ScenarioError: if there is no such scenario.
        """
        self._told, self._entries = told, list[dict[str, Any]]()
        self._measured: dict[int, _Measured] = {}
        self._waiting: dict[int, int] = {}
        super().__init__(scenario, seed, speed=1.0, sink=self._entries.append, fixed=True)
        self._scenario_ns, self._taken_ns = self._load(scenario).start_ns, self.time.now_ns()
        self._left: int | None = None

    def _load(self, scenario: str) -> Scenario:
        return load_scenario(scenario)  # at its own hour: what happens in the middle of an evening must come there

    def _evening_ns(self) -> int:
        return self._scenario_ns + round((self.time.now_ns() - self._taken_ns) * PACE)

    async def begin(self, scenario: str | None, seed: int | None, exchange: Exchange) -> dict[str, Any]:
        """Begin the evening, once; the program cannot choose which."""
        if self._left is not None:
            message = "The evening has begun already: it is played once. Start the grading again for another one."
            raise Refused("already_begun", message, None, status=409)
        begun = self.engine.begin(self._scenario, self._seed)
        self._left = int(begun["requests"])
        self._told("begun")
        return begun

    async def next_request(self, exchange: Exchange) -> dict[str, Any] | None:
        """Return the next customer's request at once; None after the last one."""
        asked = self.engine.next_request()
        if asked is None:
            if self._left is not None:
                self._told("played")
            return None
        self._scenario_ns, self._taken_ns = asked["at_ns"], self.time.now_ns()
        return asked

    def close_request(self, outcome: str) -> None:
        """Note how the request under way ended."""
        super().close_request(outcome)
        if self._left is not None and sum(e["kind"] == "request" for e in self._entries) >= self._left:
            self._told("played")

    async def step(self, step: str, subject: Any, exchange: Exchange) -> Any:
        """Do one of the bot's steps, at this evening's pace."""
        found = self.engine.step(step, subject, self._evening_ns())
        await exchange.stays(found["latency_s"] / PACE)
        return found["result"]

    def attempt(self, body: Any, patience_s: float) -> tuple[Reply, int]:
        """Answer a chat completion at this evening's pace; returns the reply and when the request was here whole."""
        sent_ns = self.time.now_ns()
        before = len(self._entries)
        reply = self.engine.attempt(body, self._evening_ns(), LONGEST_WAIT_S)
        if reply["status"] is None and not reply.get("cut"):
            reply["latency_s"] = 0.0  # held afterwards, for HOLD_S
        elif "chunks" in reply:
            whole_s = sum(wait_s for wait_s, _ in reply["chunks"])
            scale = _paced_s(whole_s) / whole_s if whole_s else 0.0
            reply["chunks"] = [(wait_s * scale, chunk) for wait_s, chunk in reply["chunks"]]
        else:
            reply["latency_s"] = _paced_s(reply["latency_s"])
        if len(self._entries) > before:  # a stream's entry comes when it is closed
            self._measured[reply["stream"]] = _Measured(self._entries[-1], sent_ns)
        else:
            self._waiting[reply["stream"]] = sent_ns
        return reply, sent_ns

    def hold_s(self, sent_ns: int) -> float:
        """Return how long an attempt without an answer is held (real seconds)."""
        return HOLD_S

    def over(self, reply: Reply, *, stayed: bool) -> None:
        """Note that an attempt is over now, and what its client has seen of it."""
        measured = self._measured.get(reply["stream"])
        if measured is None:
            return
        measured.ended_ns = self.time.now_ns()
        if not stayed:
            measured.entry.update(_UNSEEN, error="timeout")
        elif reply["status"] is None:
            measured.entry["error"] = "stream_cut"

    def close_stream(self, stream: int, chunks_read: int) -> None:
        """Note that a stream has ended now, after so many chunks; before the first one its client lost patience."""
        now_ns, before = self.time.now_ns(), len(self._entries)
        self.engine.close_stream(stream, self._evening_ns(), chunks_read)
        sent_ns = self._waiting.pop(stream, now_ns)
        if len(self._entries) > before:
            entry = self._entries[-1]
            self._measured[stream] = _Measured(entry, sent_ns, now_ns)
            if not chunks_read:
                entry.update(_UNSEEN, error="timeout")

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield the ledger; each attempt has `measured_sent_at_ns` and `measured_ended_at_ns`, Unix nanoseconds."""
        self.end()
        now_ns = self.time.now_ns()
        for measured in self._measured.values():
            if measured.ended_ns is None:  # still under way when the judge ended it
                measured.entry.update(_UNSEEN, error="timeout")
            measured.entry["measured_sent_at_ns"] = measured.sent_ns
            measured.entry["measured_ended_at_ns"] = measured.ended_ns or now_ns
        yield from self._entries


def _paced_s(latency_s: float) -> float:
    return min(max(latency_s / PACE, SHORTEST_S), LONGEST_S)
