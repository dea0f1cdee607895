"""The pipe between a learner's process and the engine when a lab is graded: one JSON object a line, each way.

The learner's side (`RemoteEngine`) can ask for exactly what a provider and a customer would give. Seed and ledger have
no word in this language.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulator.engine_like import EngineLike
from simulator.replies import Reply

if TYPE_CHECKING:
    from simulator.scenario import Scenario

FD_VARIABLE = "SIMULATOR_FD"
"""Environment variable that holds the number of the inherited socket, in a graded process only."""

_ASKABLE = ("begin", "next_request", "attempt", "step", "close_stream", "close_request")
_MAX_LINE = 32 * 1024 * 1024


class RemoteEngine:
    """Stands in for an engine that lives in another process."""

    def __init__(self, fd: int) -> None:
        """Take over an inherited stream socket."""
        self._socket = socket.socket(fileno=fd)
        self._file = self._socket.makefile("rwb")
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the socket."""
        with suppress(OSError):  # what could not be sent stays unsent
            self._file.close()
        self._socket.close()

    def _ask(self, ask: str, *arguments: Any) -> Any:
        # `str` for what JSON has no word for: the provider refuses it as it would refuse it in process.
        line = json.dumps([ask, *arguments], separators=(",", ":"), default=str).encode()
        answer = b""
        with self._lock, suppress(OSError):
            self._file.write(line + b"\n")
            self._file.flush()
            answer = self._file.readline()
        if not answer:
            raise ConnectionError("The simulator ended. Run the grading again.")
        reply = json.loads(answer)
        if "error" in reply:
            from simulator.scenario import ScenarioError

            raise ScenarioError(reply["error"])
        return reply["answer"]

    def begin(self, scenario: str | Scenario, seed: int | None) -> dict[str, Any]:
        """See `Engine.begin`."""
        answer: dict[str, Any] = self._ask("begin", scenario, seed)
        return answer

    def next_request(self) -> dict[str, Any] | None:
        """See `Engine.next_request`."""
        answer: dict[str, Any] | None = self._ask("next_request")
        return answer

    def attempt(self, body: Mapping[str, Any], at_ns: int, timeout_s: float) -> Reply:
        """See `Engine.attempt`."""
        answer: Reply = self._ask("attempt", dict(body), at_ns, timeout_s)
        return answer

    def step(self, step: str, subject: Any, at_ns: int) -> dict[str, Any]:
        """See `Engine.step`."""
        answer: dict[str, Any] = self._ask("step", step, subject, at_ns)
        return answer

    def close_stream(self, stream: int, at_ns: int, chunks_read: int) -> None:
        """See `Engine.close_stream`."""
        self._ask("close_stream", stream, at_ns, chunks_read)

    def close_request(self, outcome: str) -> None:
        """See `Engine.close_request`."""
        self._ask("close_request", outcome)


def answer_line(engine: EngineLike, line: bytes) -> bytes:
    """Answer one line of a learner's process; anything that is not one of the questions above is refused."""
    try:
        ask, *arguments = json.loads(line)
        if ask not in _ASKABLE:
            raise ValueError(f"unknown question {ask!r}")
        reply: dict[str, Any] = {"answer": getattr(engine, ask)(*arguments)}
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        reply = {"error": f"The simulator could not answer: {error}"}
    return json.dumps(reply, separators=(",", ":")).encode() + b"\n"


def serve_engine(engine: EngineLike, connection: socket.socket) -> None:
    """Answer a learner's process until it closes its end."""
    with connection, connection.makefile("rwb") as file:
        while line := file.readline(_MAX_LINE):
            try:
                file.write(answer_line(engine, line))
                file.flush()
            except BrokenPipeError:
                return


def connect() -> EngineLike | None:
    """Return the engine that a grader gave to this process, or None when somebody is practising."""
    fd = os.environ.get(FD_VARIABLE)
    return RemoteEngine(int(fd)) if fd else None
