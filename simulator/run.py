"""A run: the scenario's traffic, played against the learner's own function on the simulated clock."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

from simulator import clock, streams, threads
from simulator.engine_like import EngineLike
from simulator.errors import APIError
from simulator.ledger import to_lines
from simulator.prompts import Prompt
from simulator.session import current_engine, current_recorder
from simulator.wire import FD_VARIABLE

if TYPE_CHECKING:
    from simulator.recorder import Recorder
    from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Request:
    """One customer request, as the support bot gets it.

    `prompt` is the template to use, `documents` are the texts that the bot retrieved, `model` is the model to ask, and
    `at_ns` is the arrival in Unix nanoseconds. `thread` holds what was written before ("" if nothing was), `tenant`
    names the shop front or mailbox it came through, and `order_id` the order in question (None if there is none).
    """

    id: str
    question: str
    prompt: Prompt
    documents: tuple[str, ...]
    model: str
    at_ns: int
    thread: str = ""
    tenant: str = ""
    order_id: str | None = None

    @property
    def messages(self) -> list[dict[str, str]]:
        """The filled-in prompt, ready for `create(messages=...)`."""
        system = self.prompt.template.format(documents="\n\n".join(self.documents))
        earlier = [{"role": "user", "content": self.thread}] if self.thread else []
        return [{"role": "system", "content": system}, *earlier, {"role": "user", "content": self.question}]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did, in counts of customer requests."""

    requests: int
    answered: int
    failed: int
    telemetry: str

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.requests} requests: {self.answered} answered, {self.failed} ended in an API error. "
            f"Telemetry: {self.telemetry}"
        )


def serve(answer: Callable[[Request], Any], scenario: str = "call_site", seed: int | None = None) -> Summary:
    """Play a scenario: call `answer` once for every customer request, in simulated time.

    Each call starts telemetry and ledger anew. An API error that leaves `answer` counts as a failed request, as it
    would in a web service; any other exception ends the run and is yours to mend.

    Args:
        answer: your function; gets a `Request`, and what it returns is ignored.
            A generator is read to its end, as a web server would.
        scenario: name of the scenario; when graded, the judge chooses.
        seed: which traffic; the same seed repeats the run. When graded, the judge draws a fresh one.

    Raises:
        RuntimeError: when called inside `answer`.
        TelemetryFileError: when the run's folder cannot be written.
    """
    if clock.now_ns() is not None:
        raise RuntimeError("serve was called during a run. Call it in a cell of its own, not inside answer().")
    return play(answer, current_engine(), current_recorder(), scenario, seed)


def play(
    answer: Callable[[Request], Any],
    engine: EngineLike,
    recorder: Recorder,
    scenario: str | Scenario,
    seed: int | None,
    goes_on: Callable[[int], bool] = lambda done: True,
) -> Summary:
    """Play a scenario with an engine and a recorder; `serve` says the rest.

    Args:
        answer: the function that answers a request.
        engine: who plays the customers and the model.
        recorder: takes the telemetry; the ledger goes beside it when the engine is this process's own.
        scenario: name of the scenario, or one that somebody made.
        seed: which traffic.
        goes_on: is told after each request how many are done, and tells whether to go on.
    """
    begun = engine.begin(scenario, seed)
    threads.forget()
    with clock.simulated(begun["start_ns"]):
        recorder.begin(begun["ids"])
    outcomes = {"answered": 0, "failed": 0}
    last_ns: int = begun["start_ns"]
    try:
        while (asked := engine.next_request()) is not None:
            with clock.simulated(asked["at_ns"]):
                outcome = answer_one(answer, request_from(asked))
                streams.report_open()
                last_ns = max(last_ns, clock.now_ns() or 0)
            engine.close_request(outcome)
            outcomes[outcome] += 1
            if not goes_on(sum(outcomes.values())):
                break
    finally:
        streams.report_open()
        with clock.simulated(last_ns):
            recorder.flush()
        _write_ledger(engine, recorder)
    return Summary(sum(outcomes.values()), outcomes["answered"], outcomes["failed"], str(recorder.file.path))


def answer_one(answer: Callable[[Request], Any], request: Request) -> str:
    """Let a learner's function answer one request; returns how it went: "answered" or "failed"."""
    try:
        found = answer(request)
        if isinstance(found, GeneratorType):
            deque(found, maxlen=0)
    except APIError:
        return "failed"
    except Exception as error:
        # The real client's errors (openai) have the same base name and no base class in common with ours.
        if any(kind.__name__ == "APIError" for kind in type(error).__mro__):
            return "failed"
        raise
    if isinstance(found, CoroutineType):
        found.close()
        raise TypeError("answer is an async function, which nobody awaits here. Write it with def.")
    return "answered"


def request_from(asked: Mapping[str, Any]) -> Request:
    """Return a request from what the engine says of it."""
    prompt = Prompt(**asked["prompt"])
    return Request(
        id=asked["id"],
        question=asked["question"],
        prompt=prompt,
        documents=tuple(asked["documents"]),
        model=asked["model"],
        at_ns=asked["at_ns"],
        thread=asked["thread"],
        tenant=asked["tenant"],
        order_id=asked["order_id"],
    )


def _write_ledger(engine: object, recorder: Recorder) -> None:
    """Put the ledger beside the telemetry, when the engine is ours and kept it: in practice, never in grading."""
    if FD_VARIABLE in os.environ:
        return
    from simulator.engine import Engine  # here it is loaded already; a graded notebook starts without it

    if isinstance(engine, Engine) and engine.ledger.kept:
        recorder.file.path.parent.mkdir(parents=True, exist_ok=True)
        path = recorder.file.path.with_name("ledger.jsonl")
        path.write_text("".join(to_lines(engine.ledger.entries())), encoding="utf-8")
