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

_to_json = json.JSONEncoder(ensure_ascii=False).encode
_quoted = json.encoder.encode_basestring
_WORD = re.compile(r"[a-z]{3,}")
_ORDER = re.compile(r"\bTT-(\d{5})\b")
_COMMON = frozenset(
    ("the", "and", "for", "you", "can", "have", "with", "are", "how", "what", "does", "will", "this", "that", "your")
)


def in_plain_words(found: answering.Outcome, topic: shop.Question | None, limit: int) -> answering.Outcome:
    """Return the outcome when nobody asked for JSON: no form can break, and of what is not known, `TRIAL` is all."""
    if found.fate not in (answering.ANSWERED, answering.CUT) or found.says == answering.TOOL:
        return found
    if topic is None:
        return _trial(found, limit)
    return replace(found, says=answering.RIGHT) if found.says in (answering.BROKEN, answering.FENCED) else found


def _trial(found: answering.Outcome, limit: int) -> answering.Outcome:
    """Return the outcome when the answer is `TRIAL`, whatever length was drawn."""
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
    order_id = order.id if topic is not None and topic.prompt == "order-status" else None
    sources = [shop.DOCUMENTS[topic.document].name] if known and topic is not None else []
    if says == answering.BROKEN:
        form = {"answer": text, "order_id": order_id, "sources": sources, "needs_human": not known}
        return _to_json(_broken(form, bits))
    # By hand, since a whole encoder for four keys takes longer than all the rest of an answer's text.
    made = (
        f'{{"answer": {_quoted(text)}, "order_id": {_quoted(order_id) if order_id else "null"}, '
        f'"sources": [{", ".join(map(_quoted, sources))}], "needs_human": {"false" if known else "true"}}}'
    )
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
def _known() -> tuple[list[tuple[int, shop.Question]], dict[str, list[int]]]:
    """Return every wording, as its number of words and its topic; and for each word the wordings that have it."""
    wordings = [(_words(ask), topic) for topic in shop.QUESTIONS for ask in topic.asks]
    having: dict[str, list[int]] = {}
    for number, (words, _) in enumerate(wordings):
        for word in words:
            having.setdefault(word, []).append(number)
    return [(len(words), topic) for words, topic in wordings], having


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON


@lru_cache(maxsize=1024)
def understand(text: str) -> tuple[shop.Question | None, int | None]:
    """Return what a free question asks about, by the words it shares with known ones, and the order it names.

    A wording counts if half of its words are there, two at least; of several, the one that is most like the question
    wins.
    """
    wordings, having = _known()
    words = _words(text[-2000:])
    shared: dict[int, int] = {}
    for word in words:
        for number in having.get(word, ()):
            shared[number] = shared.get(number, 0) + 1
    likeness = {
        number: count / (len(words) + wordings[number][0])
        for number, count in shared.items()
        if count >= max(2, 0.5 * wordings[number][0])
    }
    best = max(likeness, key=lambda number: (likeness[number], -number), default=None)
    named = _ORDER.search(text)
    return (None if best is None else wordings[best][1]), (int(named[1]) if named else None)
