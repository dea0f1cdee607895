"""The engine: plays one scenario, answers attempts, and keeps the ledger.

It runs in the learner's process when they practise, and in the judge's own child when they are graded
(`simulator.wire`); callers cannot tell which.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from simulator.chance import Chance
from simulator.ledger import AttemptEntry, Ledger, RequestEntry, RunEntry
from simulator.provider import Provider, Reply, Sent
from simulator.scenario import Scenario, load_scenario
from simulator.traffic import NS, Asked, requests

PRACTICE_SEED = 5
"""The seed of practice when nobody names one. Lessons show the same evening: one in which every request is answered."""

# Attempts outside any run draw from indices that no request reaches.
_OUTSIDE = 1 << 40
_ATTEMPTS_PER_REQUEST = 64
LONGEST_WAIT_S = 600.0
"""No client waits longer: ten minutes, the default of OpenAI's client."""


class EngineLike(Protocol):
    """What the client and `serve` ask of an engine; all arguments and answers are plain JSON types."""

    def begin(self, scenario: str, seed: int | None) -> dict[str, Any]:
        """Start a run: a new ledger, and the traffic from its start."""

    def next_request(self) -> dict[str, Any] | None:
        """Return the next customer request, or None after the last."""

    def attempt(self, body: Mapping[str, Any], at_ns: int, timeout_s: float) -> Reply:
        """Answer one call to the model endpoint."""

    def close_stream(self, stream: int, at_ns: int, chunks_read: int) -> None:
        """Learn how far a stream's reader got."""

    def close_request(self, outcome: str) -> None:
        """Learn how the request under way ended."""


class Engine:
    """The simulator's engine for one process."""

    def __init__(self, scenario: str = "call_site", seed: int = PRACTICE_SEED, *, fixed: bool = False) -> None:
        """Load a scenario; with `fixed`, a learner's choice of scenario and seed is ignored (grading)."""
        self._lock = threading.Lock()
        self._fixed, self._scenario_name, self._seed, self._runs = fixed, scenario, seed, 0
        self._first_stream = 0
        self.ledger = Ledger()
        self._start(load_scenario(scenario), seed)

    def _start(self, scenario: Scenario, seed: int) -> None:
        chance = Chance(seed)
        # Numbers of streams go on from run to run: one dropped in an earlier run must not touch this run's ledger.
        self._first_stream += len(self.ledger.attempts)
        self.ledger = Ledger()
        self._scenario = scenario
        self._provider = Provider(scenario, chance)
        self._traffic: Iterator[Asked] = requests(scenario, chance)
        self._asked: Asked | None = None
        self._numbers = 0

    def begin(self, scenario: str, seed: int | None) -> dict[str, Any]:
        """Start a run: a new ledger, and the traffic from its start.

        Returns `ids`, the key from which the run's trace and span ids are drawn (it tells nothing about the seed), and
        `start_ns`, when the scenario begins.

        Raises:
            ScenarioError: if there is no such scenario.
        """
        with self._lock:
            if self._fixed:
                # Each run of one grading has its own traffic, so that a first run teaches nothing about the judged one.
                scenario, seed = self._scenario_name, self._seed + self._runs
                self._runs += 1
            used = self._seed if seed is None else seed
            self._start(load_scenario(scenario), used)
            self.ledger.run = RunEntry(scenario, self._scenario.requests)
            ids = hashlib.blake2b(f"ids/{used}".encode(), digest_size=16).hexdigest()
            return {"ids": ids, "start_ns": self._scenario.start_ns}

    def next_request(self) -> dict[str, Any] | None:
        """Return the next customer request, or None after the last."""
        with self._lock:
            self._asked = asked = next(self._traffic, None)
            self._numbers = 0
            if asked is None:
                return None
            prompt = asked.prompt
            self.ledger.requests.append(RequestEntry(asked.id, asked.at_ns, prompt.name, prompt.version, prompt.sha256))
            return {
                "id": asked.id,
                "at_ns": asked.at_ns,
                "question": asked.question,
                "prompt": {"name": prompt.name, "version": prompt.version, "template": prompt.template},
                "documents": [asked.topic.document],
                "model": asked.model,
            }

    def attempt(self, body: Mapping[str, Any], at_ns: int, timeout_s: float) -> Reply:
        """Answer one call to the model endpoint, and write it into the ledger.

        Args:
            body: the JSON body of the call.
            at_ns: when it leaves the client, in Unix nanoseconds.
            timeout_s: how long the client waits for the first byte, in seconds; 0, less, or NaN is not at all.

        Raises:
            TypeError: if an argument has another type; only a broken client does that.
        """
        if not isinstance(body, Mapping) or type(at_ns) is not int or not isinstance(timeout_s, int | float):
            raise TypeError("attempt needs a JSON object, whole nanoseconds, and seconds")
        timeout_s = min(timeout_s, LONGEST_WAIT_S) if timeout_s > 0 else 0.0
        with self._lock:
            self._numbers += 1
            asked, number = self._asked, self._numbers
            index = asked.index * _ATTEMPTS_PER_REQUEST + number % _ATTEMPTS_PER_REQUEST if asked else _OUTSIDE + number
            reply = self._provider.reply(Sent(index, at_ns, body, timeout_s, asked))
            reply["stream"] = self._first_stream + len(self.ledger.attempts)
            request_id = asked.id if asked else None
            self.ledger.attempts.append(_entry(reply, request_id, number, body, at_ns))
            return reply

    def close_stream(self, stream: int, at_ns: int, chunks_read: int) -> None:
        """Learn that a stream's reader had its last chunk at `at_ns`, after so many chunks."""
        if not all(type(number) is int for number in (stream, at_ns, chunks_read)):
            raise TypeError("close_stream needs three whole numbers")
        with self._lock:
            position = stream - self._first_stream
            if 0 <= position < len(self.ledger.attempts):
                self.ledger.close_stream(position, at_ns, chunks_read)

    def close_request(self, outcome: str) -> None:
        """Learn how the request under way ended."""
        with self._lock:
            if self._asked is not None:
                self.ledger.close_request("failed" if outcome == "failed" else "answered")


def _entry(reply: Reply, request_id: str | None, number: int, body: Mapping[str, Any], at_ns: int) -> AttemptEntry:
    status, model = reply["status"], str(body.get("model"))
    if status != 200:
        error = "timeout" if status is None else reply["body"]["error"]["code"]
        ended_ns = at_ns + round(reply["latency_s"] * NS)
        return AttemptEntry(request_id, number, at_ns, ended_ns, model, status, error)
    chunks = reply.get("chunks")
    head = chunks[0][1] if chunks else reply["body"]
    usage = reply["usage"] if chunks else head["usage"]
    # A stream has ended when its reader says so.
    length_s = 0.0 if chunks else reply["latency_s"]
    finish = (c["choices"][0]["finish_reason"] for _, c in reversed(chunks) if c["choices"]) if chunks else None
    return AttemptEntry(
        request_id=request_id,
        number=number,
        sent_at_ns=at_ns,
        ended_at_ns=at_ns + round(length_s * NS),
        model=model,
        status=status,
        answered_by=head["model"],
        response_id=head["id"],
        finish_reason=next(finish) if finish else head["choices"][0]["finish_reason"],
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        cached_tokens=usage["prompt_tokens_details"]["cached_tokens"],
        streamed=bool(chunks),
        usage_sent=not chunks or chunks[-1][1]["usage"] is not None,
        first_chunk_at_ns=at_ns + round(chunks[0][0] * NS) if chunks else None,
        chunks=len(chunks) if chunks else 0,
    )
