"""The shop behind the support bot: its handbook, what customers ask, and what a right answer says.

The handbook is text in `simulator/knowledge/*.toml`: short documents with named facts, each with the value that is
true, the one that an older revision gave, and two that are wrong but look as good. Nothing is generated that could be
right by luck.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from simulator import prompts
from simulator.arithmetic import Numbers, take, whole
from simulator.chance import Chance

_HERE = Path(__file__).parent
STATUSES = ("packed", "shipped", "at customs", "delayed", "delivered", "on hold")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
TRUE, OLD, WRONG = 0, 1, 2
"""Which value of a fact an answer gives; WRONG and the one after it are wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """One page of the handbook; `old_text` is the revision before. `facts` maps a name to its four values."""

    name: str
    title: str
    text: str
    old_text: str
    facts: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that customers ask, in three wordings, and the sentence that answers it.

    `fact` is the one that decides: a fact of the document, or "status" or "day" of the customer's order.
    """

    number: int
    document: int
    prompt: str
    asks: tuple[str, str, str]
    fact: str
    answer: str
    german: str

    @property
    def of_order(self) -> bool:
        """Tell whether the decisive fact stands in the order, not in the handbook."""
        return self.fact in ("status", "day")


@dataclass(frozen=True, slots=True)
class Order:
    """A customer's order; `status` and `day` are positions in STATUSES and DAYS."""

    id: str
    status: int
    day: int

    def facts(self) -> dict[str, str]:
        """Return what the order look-up gives back."""
        return {"order_id": self.id, "status": STATUSES[self.status], "day": DAYS[self.day]}


def _documents() -> list[dict[str, object]]:
    files = sorted((_HERE / "knowledge").glob("*.toml"))
    return [entry for file in files for entry in tomllib.loads(file.read_text(encoding="utf-8"))["document"]]


def _read() -> tuple[tuple[Document, ...], tuple[Question, ...]]:
    documents: list[Document] = []
    questions: list[Question] = []
    for entry in _documents():
        facts = {name: tuple(values) for name, values in entry["facts"].items()}  # type: ignore[attr-defined]  # TOML
        text = str(entry["text"])
        revisions = [text.format(**{name: v[which] for name, v in facts.items()}) for which in (TRUE, OLD)]
        document = Document(str(entry["name"]), str(entry["title"]), revisions[0], revisions[1], facts)
        for q in entry["question"]:  # type: ignore[attr-defined]  # TOML
            place = (len(questions), len(documents), q["prompt"], tuple(q["ask"]))
            questions.append(Question(*place, q["fact"], q["answer"], q["german"]))
        documents.append(document)
    # Questions of one prompt stand together, so that a draw among them is a number in a range.
    questions.sort(key=lambda q: prompts.NAMES.index(q.prompt))
    numbered = [Question(n, q.document, q.prompt, q.asks, q.fact, q.answer, q.german) for n, q in enumerate(questions)]
    return tuple(documents), tuple(numbered)


DOCUMENTS, QUESTIONS = _read()
"""The handbook, and everything that customers ask about it."""
_TRUE_FACTS = [{name: values[TRUE] for name, values in document.facts.items()} for document in DOCUMENTS]


def order_number(chance: Chance, index: Numbers) -> Numbers:
    """Return the number of the order that a request is about, of five digits."""
    return chance.bits("order", index) % 90_000 + 10_000


def order_facts(chance: Chance, number: Numbers) -> tuple[Numbers, Numbers]:
    """Return status and day of the order with this number, as positions in STATUSES and DAYS."""
    status = whole(chance.uniform("order.status", number) * len(STATUSES))
    return status, whole(chance.uniform("order.day", number) * len(DAYS))


def order(chance: Chance, number: int) -> Order:
    """Return the order with this number."""
    return Order(f"TT-{number}", *order_facts(chance, number))


def look_up_length(status: Numbers, day: Numbers) -> Numbers:
    """Return the characters of what the order look-up gives back, as JSON."""
    return _LOOK_UP_LENGTH + take(_STATUS_LENGTHS, status) + take(_DAY_LENGTHS, day)


def look_up_text(found: Order) -> str:
    """Return what the order look-up gives back, as JSON."""
    return json.dumps(found.facts(), separators=(",", ":"))


_STATUS_LENGTHS = tuple(len(status) for status in STATUSES)
_DAY_LENGTHS = tuple(len(day) for day in DAYS)
_LOOK_UP_LENGTH = len(look_up_text(Order("TT-12345", 0, 0))) - _STATUS_LENGTHS[0] - _DAY_LENGTHS[0]


def sentence(question: Question, order: Order, which: int, *, german: bool = False) -> str:
    """Return the answer's decisive sentence, with the fact true (TRUE), as it was (OLD), or wrong (WRONG or more)."""
    facts = _TRUE_FACTS[question.document] | {"order": order.id}
    facts |= {"status": STATUSES[order.status], "day": DAYS[order.day]}
    if question.fact == "status":
        facts["status"] = STATUSES[(order.status + which) % len(STATUSES)]
    elif question.fact == "day":
        facts["day"] = DAYS[(order.day + which) % len(DAYS)]
    else:
        facts[question.fact] = DOCUMENTS[question.document].facts[question.fact][which]
    return (question.german if german else question.answer).format(**facts)
