"""The texts of answers: what a model writes when the numbers say right, wrong, refused, and so on.

An answer is one decisive sentence and as many harmless ones as its tokens ask for. A wrong answer differs from a right
one in one fact only; nothing about its length or its form gives it away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from simulator import answering, phrases, shop
from simulator.chance import Chance

CHARACTERS_PER_TOKEN = 4.4
"""English runs at four to five characters a token."""

TRIAL = "This is the support bot of Tarn & Trail. Ask me about gear, orders or returns."
"""For calls that belong to no customer request and ask nothing that the handbook holds."""

_WORD = re.compile(r"[a-z]{3,}")
_ORDER = re.compile(r"\bTT-(\d{5})\b")
_COMMON = frozenset(
    ("the", "and", "for", "you", "can", "have", "with", "are", "how", "what", "does", "will", "this", "that", "your")
)


def trial(found: answering.Outcome, limit: int) -> answering.Outcome:
    """Return the outcome when the answer is `TRIAL`, whatever length was drawn."""
    if found.says == answering.TOOL:
        return found
    every = -int(-len(TRIAL) // CHARACTERS_PER_TOKEN)
    count = min(every, limit)
    latency_ns = found.first_token_ns + (count - 1) * found.token_ns
    return replace(found, says=answering.RIGHT, output_tokens=count, stopped=count < every, latency_ns=latency_ns)


def trial_text(found: answering.Outcome) -> str:
    """Return `TRIAL`, as far as its tokens go."""
    return TRIAL[: int(found.output_tokens * CHARACTERS_PER_TOKEN)]


def answer_text(
    chance: Chance, index: int, topic: shop.Question | None, order: shop.Order, found: answering.Outcome, *, form: bool
) -> str:
    """Return the text of an answer.

    Args:
        chance: the seed.
        index: number of the attempt.
        topic: what was asked, or None if the model does not understand it.
        order: the order in question.
        found: what the answer says, and how long it is.
        form: whether the bot's JSON form was asked for.
    """
    says, bits = found.says, chance.bits("answer.wording", index)
    text = _decisive(topic, order, says, bits)
    room = found.output_tokens * CHARACTERS_PER_TOKEN * (1.6 if found.stopped else 1.0)
    if says != answering.REFUSED:
        more = phrases.FOREIGN_MORE if says == answering.FOREIGN else phrases.MORE
        start = bits % more.count
        frame = 85 if form else 0
        text += more.text(start, more.end(start, max(room - len(text) - frame, 0)))
    if form:
        text = _form(text, topic, order, says, bits)
    # An answer that was stopped is never whole, however short it was to be.
    return text[: min(int(found.output_tokens * CHARACTERS_PER_TOKEN), len(text) - 2)] if found.stopped else text


def _decisive(topic: shop.Question | None, order: shop.Order, says: int, bits: int) -> str:
    if says == answering.REFUSED:
        return phrases.REFUSALS[bits % len(phrases.REFUSALS)]
    if topic is None:
        return phrases.UNSURE[bits % len(phrases.UNSURE)]
    which = {answering.WRONG: shop.WRONG + bits % 2, answering.STALE: shop.OLD}.get(says, shop.TRUE)
    return shop.sentence(topic, order, which, german=says == answering.FOREIGN)


def _form(text: str, topic: shop.Question | None, order: shop.Order, says: int, bits: int) -> str:
    known = topic is not None and says != answering.REFUSED
    entries: dict[str, object] = {
        "answer": text,
        "order_id": order.id if topic is not None and topic.prompt == "order-status" else None,
        "sources": [shop.DOCUMENTS[topic.document].name] if known and topic is not None else [],
        "needs_human": not known,
    }
    if says == answering.BROKEN:
        entries = _broken(entries, bits)
    made = json.dumps(entries, ensure_ascii=False)
    return f"```json\n{made}\n```" if says == answering.FENCED else made


def _broken(entries: Mapping[str, object], bits: int) -> dict[str, object]:
    """Return the form with one of the mistakes that models make in it."""
    found = dict(entries)
    wrongs = (
        lambda: found.update(reply=found.pop("answer")),
        lambda: found.pop("sources"),
        lambda: found.update(needs_human="no"),
        lambda: found.update(
            sources=", ".join(map(str, found["sources"])) if isinstance(found["sources"], list) else ""
        ),
    )
    wrongs[bits // 8 % len(wrongs)]()
    return found


@lru_cache(maxsize=1)
def _words_of_topics() -> list[tuple[frozenset[str], shop.Question]]:
    return [(_words(ask), topic) for topic in shop.QUESTIONS for ask in topic.asks]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def understand(text: str) -> tuple[shop.Question | None, int | None]:
    """Return what a free question asks about, by the words it shares with known ones, and the order it names."""
    words = _words(text[-2000:])
    score, best = 0.0, None
    for known, topic in _words_of_topics():
        alike = len(words & known) / len(known) if known else 0.0
        if alike > score:
            score, best = alike, topic
    named = _ORDER.search(text)
    return (best if score >= 0.6 else None), (int(named[1]) if named else None)
