"""The shop's own services, and the judge: what the bot asks beside the model. Each call takes simulated time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simulator import clock
from simulator.engine_like import EngineLike


@dataclass(frozen=True, slots=True)
class Document:
    """A page of the handbook that a search found; `score` is from 0 to 1, `index` names the index it stood in."""

    name: str
    text: str
    score: float
    index: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of an answer: a score from 0 to 1, "good" from 0.5, and what asking it cost in USD.

    `version` names the judge that was asked (`app.judge.version` is the course's attribute for it).
    """

    score: float
    label: Literal["good", "bad"]
    cost_usd: float
    version: str


class Services:
    """The services of one engine."""

    def __init__(self, engine: EngineLike) -> None:
        """Take the engine that answers."""
        self._engine = engine

    def _do(self, step: str, subject: Any) -> Any:
        reply = self._engine.step(step, subject, clock.time_ns())
        clock.advance_s(reply["latency_s"])
        return reply["result"]

    def search(self, question: str) -> list[Document]:
        """Search the handbook."""
        return [Document(**found) for found in self._do("search", question)]

    def rerank(self, question: str, documents: Sequence[Document]) -> list[Document]:
        """Sort documents, the best first; the question is what they are compared with."""
        return [Document(**found) for found in self._do("rerank", [asdict(document) for document in documents])]

    def look_up(self, order_id: str) -> dict[str, str] | None:
        """Look an order up."""
        found: dict[str, str] | None = self._do("look_up", order_id)
        return found

    def judge(self, response_id: str) -> Judgement | None:
        """Ask the judge about an answer."""
        found = self._do("judge", response_id)
        return Judgement(**found) if found else None
