"""The engine: plays one scenario, answers attempts, and keeps the ledger.

It runs in the learner's process when they practise, and in the judge's own child when they are graded
(`simulator.wire`); callers cannot tell which.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from simulator import shop_steps
from simulator.chance import Chance
from simulator.engine_like import LONGEST_WAIT_S
from simulator.entries import attempt_entry, request_entry, run_entry
from simulator.incident import Window
from simulator.ledger import AttemptEntry, Ledger, Sink
from simulator.live import Live
from simulator.provider import Provider, Reply, Sent, Truth
from simulator.scenario import Scenario, load_scenario
from simulator.traffic import ATTEMPTS_PER_REQUEST, Asked, Traffic

PRACTICE_SEED = 5
"""The seed of practice when nobody names one. Lessons show the same evening: one in which every request is answered."""

# Attempts outside any run draw from indices that no request reaches.
_OUTSIDE = 1 << 40
_LATEST_NS = 1 << 63
_KEPT_ANSWERS = 1_000
"""So many last answers can still be judged."""


class Engine:
    """The simulator's engine for one process."""

    def __init__(
        self,
        scenario: str | Scenario = "call_site",
        seed: int = PRACTICE_SEED,
        *,
        fixed: bool = False,
        sink: Sink | None = None,
    ) -> None:
        """Load a scenario.

        Args:
            scenario: name of a scenario, or one that somebody made.
            seed: which traffic.
            fixed: ignore a learner's choice of scenario and seed (grading).
            sink: takes ledger entries instead of memory.
        """
        self._lock = threading.Lock()
        self._fixed, self._given, self._seed, self._runs = fixed, scenario, seed, 0
        self._sink = sink
        self.live = Live()
        self.ledger = Ledger(sink=sink)
        self._start(self._load(scenario), seed)

    @staticmethod
    def _load(scenario: str | Scenario) -> Scenario:
        return load_scenario(scenario) if isinstance(scenario, str) else scenario

    def _start(self, scenario: Scenario, seed: int, run: bool = False) -> None:
        chance = Chance(seed)
        self._scenario, self._chance = scenario, chance
        self._provider, self._traffic = Provider(scenario, chance), Traffic(scenario, chance)
        self._traffic.timeline += self.live.windows
        # Numbers of streams go on from run to run: one dropped in an earlier run must not touch this run's ledger.
        self.ledger.finish()
        begun = run_entry(scenario, self._traffic.timeline) if run else None
        self.ledger = Ledger(begun, sink=self._sink, first=self.ledger.next_number)
        self._requests: Iterator[Asked] = self._traffic.requests()
        self._asked: Asked | None = None
        self._numbers = self._steps = 0
        self._answers: OrderedDict[str, tuple[int, Truth, AttemptEntry]] = OrderedDict()

    def begin(self, scenario: str | Scenario, seed: int | None) -> dict[str, Any]:
        """Start a run: a new ledger, and the traffic from its start.

        Returns `ids`, the key from which the run's trace and span ids are drawn (it tells nothing about the seed), and
        `start_ns`, when the scenario begins.

        Raises:
            ScenarioError: if there is no such scenario.
        """
        with self._lock:
            if self._fixed:
                # Each run of one grading has its own traffic, so that a first run teaches nothing about the judged one.
                scenario, seed = self._given, self._seed + self._runs
                self._runs += 1
            used = self._seed if seed is None else seed
            self._start(self._load(scenario), used, run=True)
            ids = hashlib.blake2b(f"ids/{used}".encode(), digest_size=16).hexdigest()
            return {"ids": ids, "start_ns": self._scenario.start_ns, "requests": self._scenario.requests}

    def next_request(self) -> dict[str, Any] | None:
        """Return the next customer request, or None after the last."""
        with self._lock:
            self._asked = asked = next(self._requests, None)
            self._numbers = self._steps = 0
            if asked is None:
                return None
            self.ledger.add_request(request_entry(asked, self._traffic))
            return shop_steps.request(asked, self._traffic)

    def attempt(self, body: Mapping[str, Any], at_ns: int, timeout_s: float) -> Reply:
        """Answer one call to the model endpoint, and write it into the ledger.

        Args:
            body: the JSON body of the call.
            at_ns: when it leaves the client, in Unix nanoseconds.
            timeout_s: how long the client waits for the first byte, in seconds; 0, less, or NaN is not at all.

        Raises:
            TypeError: if an argument has another type; only a broken client does that.
            ValueError: if `at_ns` is no time that OpenTelemetry could write down.
        """
        if not isinstance(body, (dict, Mapping)) or type(at_ns) is not int or not isinstance(timeout_s, (int, float)):
            raise TypeError("attempt needs a JSON object, whole nanoseconds, and seconds")
        _on_the_clock(at_ns)
        timeout_s = min(timeout_s, LONGEST_WAIT_S) if timeout_s > 0 else 0.0
        with self._lock:
            self._numbers += 1
            asked, number = self._asked, self._numbers
            sent = Sent(self._index(), at_ns, body, timeout_s, asked, self.live.behaviour(body.get("model"), at_ns))
            reply, truth = self._provider.reply(sent)
            reply["stream"] = self.ledger.next_number
            entry = attempt_entry(reply, truth, asked.id if asked else None, number, body, at_ns)
            self.ledger.add_attempt(entry)
            if truth is not None and not truth.tool_call and entry.response_id:
                self._keep(entry.response_id, (sent.index, truth, entry))
            return reply

    def _index(self) -> int:
        if self._asked is None:
            return _OUTSIDE + self._numbers
        return self._asked.index * ATTEMPTS_PER_REQUEST + self._numbers % ATTEMPTS_PER_REQUEST

    def _keep(self, response_id: str, answer: tuple[int, Truth, AttemptEntry]) -> None:
        self._answers[response_id] = answer
        if len(self._answers) > _KEPT_ANSWERS:
            self._answers.popitem(last=False)

    def step(self, step: str, subject: Any, at_ns: int) -> dict[str, Any]:
        """Do one step of the bot beside the model: "search", "rerank", "look_up" or "judge".

        Args:
            step: which.
            subject: what it works on: a question, documents, an order's id, or a response's id.
            at_ns: when it starts, in Unix nanoseconds.

        Returns `latency_s` and `result`.

        Raises:
            ValueError: if there is no such step, or `at_ns` is no time that OpenTelemetry could write down.
            TypeError: if `at_ns` is not a whole number.
        """
        if type(at_ns) is not int:
            raise TypeError("step needs whole nanoseconds")
        _on_the_clock(at_ns)
        with self._lock:
            self._steps += 1
            if step == "judge":
                answer = self._answers.get(subject) if isinstance(subject, str) else None
                return shop_steps.verdict(self._chance, *answer) if answer else {"latency_s": 0.0, "result": None}
            number = self._asked.index if self._asked else _OUTSIDE + self._steps
            at = shop_steps.StepAt(self._chance, number, self._index(), self._asked)
            found, entry = shop_steps.do(at, step, subject, at_ns)
            self.ledger.add_step(entry)
            return found

    def close_stream(self, stream: int, at_ns: int, chunks_read: int) -> None:
        """Learn that a stream's reader had its last chunk at `at_ns`, after so many chunks."""
        if not all(type(number) is int for number in (stream, at_ns, chunks_read)):
            raise TypeError("close_stream needs three whole numbers")
        _on_the_clock(at_ns)
        with self._lock:
            self.ledger.close_stream(stream, at_ns, chunks_read)

    def close_request(self, outcome: str) -> None:
        """Learn how the request under way ended."""
        with self._lock:
            if self._asked is not None:
                self.ledger.close_request("failed" if outcome == "failed" else "answered")

    def switch(self, name: str, strength: str, at_ns: int) -> None:
        """Switch an incident on ("mild", "severe") or "off", from a moment on.

        A customer who is being served already stays under the incidents of their arrival. When customers come was drawn
        when the run began: a surge or a dip that is switched on by hand changes nothing.

        Raises:
            ScenarioError: if there is no such incident or strength.
        """
        with self._lock:
            window: Window | None = self.live.switch(name, strength, at_ns)
            self._traffic.timeline[:] = [w for w in self._traffic.timeline if w not in self.live.ended]
            if window is not None:
                self._traffic.timeline.append(window)

    def incidents(self) -> list[dict[str, Any]]:
        """Return the incidents that are switched on: name, strength, and since when (Unix nanoseconds)."""
        return [
            {"name": window.incident.name, "strength": window.strength, "since": window.start_ns}
            for window in self.live.windows
        ]


def _on_the_clock(at_ns: int) -> None:
    if not 0 <= at_ns < _LATEST_NS:
        raise ValueError("a time is out of range: it takes Unix nanoseconds")
