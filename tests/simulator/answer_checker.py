"""Is an answer right? Decided from its text, the handbook's files and the order alone: nothing the simulator says."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.simulator.conftest import ROOT

FORM: dict[str, type | tuple[type, ...]] = {
    "answer": str,
    "order_id": (str, type(None)),
    "sources": list,
    "needs_human": bool,
}
ORDER_ID = r"TT-\d{5}"


@dataclass(frozen=True)
class Topic:
    """A question of the handbook: how it is asked, and what the sentence that answers it looks like."""

    asks: tuple[re.Pattern[str], ...]
    answer: re.Pattern[str]
    german: re.Pattern[str]
    fact: str
    source: str
    facts: Mapping[str, tuple[str, ...]]


def _pattern(template: str, facts: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(match: re.Match[str]) -> str:
        name = match[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        if name == "order":
            return f"(?P<order>{ORDER_ID})"
        longest_first = sorted(map(re.escape, facts.get(name, ())), key=len, reverse=True)
        return f"(?P<{name}>{'|'.join(longest_first) or '[A-Za-z ]+?'})"

    escaped = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"{(\w+)}", group, escaped))


@lru_cache(maxsize=1)
def _topics() -> tuple[Topic, ...]:
    topics = []
    for file in sorted((ROOT / "simulator" / "knowledge").glob("*.toml")):
        for document in tomllib.loads(file.read_text(encoding="utf-8"))["document"]:
            facts = {name: tuple(values) for name, values in document["facts"].items()}
            for question in document["question"]:
                asks = tuple(_pattern(ask, {}) for ask in question["ask"])
                answer, german = _pattern(question["answer"], facts), _pattern(question["german"], facts)
                topics.append(Topic(asks, answer, german, question["fact"], document["name"], facts))
    return tuple(topics)


def _asked(question: str) -> Topic:
    """The topic whose wording the customer's text begins with; the longest, if one wording begins another."""
    found = [
        (len(match[0]), n) for n, topic in enumerate(_topics()) for ask in topic.asks if (match := ask.match(question))
    ]
    return _topics()[max(found)[1]]


def defect(text: str, question: str, order: Mapping[str, str] | None) -> str | None:
    """What is wrong with an answer, in the ledger's words; None if the customer is well served.

    `question` is what the customer wrote, `order` what the shop's order look-up says of the order in question.
    """
    if text.startswith("```"):
        return "unparsable"
    try:
        found = json.loads(text)
    except ValueError:
        return "cut"
    if not _in_form(found):
        return "schema"
    topic = _asked(question)
    if found["needs_human"] or not found["sources"]:
        return "refusal"
    if topic.german.match(found["answer"]):
        return "language"
    said = topic.answer.match(found["answer"])
    assert said is not None, found["answer"]
    assert found["sources"] == [topic.source]
    return _wrong_fact(topic, said.groupdict(), order)


def _in_form(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and found.keys() == FORM.keys()
        and all(isinstance(found[key], kind) for key, kind in FORM.items())
        and all(isinstance(source, str) for source in found["sources"])
    )


def _wrong_fact(topic: Topic, said: Mapping[str, str], order: Mapping[str, str] | None) -> str | None:
    for name, value in said.items():
        if name in topic.facts:
            place = topic.facts[name].index(value)
            if place and name == topic.fact:
                return "stale_fact" if place == 1 else "wrong_fact"
            assert place == 0, (name, value)
        elif name in ("status", "day") and order is not None and value != order[name]:
            return "wrong_fact"
    return None
