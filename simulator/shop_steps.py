"""The bot's steps beside the model: search, rerank and order look-up, as the shop's own services answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator import answering, asking, shop
from simulator.answers import understand
from simulator.chance import Chance
from simulator.judging import GOOD, judge
from simulator.ledger import AttemptEntry, StepEntry
from simulator.provider import Truth
from simulator.traffic import Asked, Traffic

NS = 1_000_000_000
INDEX_NOW, INDEX_OLD = "handbook-2026-11", "handbook-2026-10"
"""Names of the retrieval index: this month's, and the copy that the stale one was restored from."""


@dataclass(frozen=True, slots=True)
class StepAt:
    """Where a step happens: the request's number (or another one, outside a run), the last attempt's, the request."""

    chance: Chance
    number: int
    attempt: int
    asked: Asked | None


def request(asked: Asked, traffic: Traffic) -> dict[str, Any]:
    """Return a customer request as the bot gets it."""
    prompt = asked.prompt
    return {
        "id": asked.id,
        "at_ns": asked.at_ns,
        "question": traffic.question(asked),
        "prompt": {"name": prompt.name, "version": prompt.version, "template": prompt.template},
        "documents": list(asked.documents),
        "thread": asking.thread_text(asked.found),
        "model": asked.model,
        "tenant": asked.tenant,
        "order_id": asked.order.id if prompt.name == "order-status" else None,
    }


def do(at: StepAt, step: str, subject: Any, at_ns: int) -> tuple[dict[str, Any], StepEntry]:
    """Do a step; returns its reply and its entry in the ledger.

    Raises:
        ValueError: if there is no such step.
    """
    search_ns, rerank_ns = answering.retrieval_ns(at.chance, at.number)
    result: Any
    if step == "search":
        taken_ns, result = search_ns, _found(at, subject)
    elif step == "rerank":
        taken_ns, result = rerank_ns, sorted(subject, key=_score, reverse=True)
    elif step == "look_up":
        taken_ns, result = answering.lookup_ns(at.chance, at.attempt), _order(at, subject)
    else:
        raise ValueError(f"there is no step {step!r}: search, rerank, look_up or judge")
    request_id = at.asked.id if at.asked else None
    entry = StepEntry(request_id, step, at_ns, at_ns + taken_ns)
    return {"latency_s": taken_ns / NS, "result": result}, entry


def _score(document: Any) -> float:
    score = document.get("score") if isinstance(document, Mapping) else None
    return float(score) if isinstance(score, int | float) else 0.0


def _found(at: StepAt, question: Any) -> list[dict[str, Any]]:
    if at.asked is not None:
        names, texts = at.asked.sources, at.asked.documents
        old = bool(at.asked.found.stale)
    else:
        topic, _ = understand(str(question))
        pages = [shop.DOCUMENTS[topic.document]] if topic else []
        names, texts, old = tuple(page.name for page in pages), tuple(page.text for page in pages), False
    return [
        {
            "name": name,
            "text": text,
            "score": round(0.9 - 0.2 * place - 0.1 * at.chance.uniform("search.score", at.number * 4 + place), 3),
            "index": INDEX_OLD if old and place == 0 else INDEX_NOW,
        }
        for place, (name, text) in enumerate(zip(names, texts, strict=True))
    ]


def _order(at: StepAt, order_id: Any) -> dict[str, str] | None:
    digits = str(order_id).removeprefix("TT-")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 5):
        return None
    return shop.order(at.chance, int(digits)).facts()


def verdict(chance: Chance, index: int, truth: Truth, entry: AttemptEntry) -> dict[str, Any]:
    """Return what asking the judge about an answer comes to: latency, score, label, cost, and the judge's version."""
    tokens = (entry.input_tokens, entry.output_tokens)
    found = judge(chance, index, truth.usable, tokens, entry.sent_at_ns, truth.now)
    result = {
        "score": found.score,
        "label": "good" if found.score >= GOOD else "bad",
        "cost_usd": found.cost_usd,
        "version": "j2" if truth.now.judge else "j1",
    }
    return {"latency_s": found.latency_ns / NS, "result": result}
