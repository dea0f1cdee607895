"""What a customer request consists of, as numbers: for one request or for an array of them.

Lengths of inputs follow the mixture fitted to Azure's 2023 trace of conversations (AzurePublicDataset, CC-BY; fit of
19,366 rows): 63 % lognormal (mu 6.27, sigma 1.00), 29 % near 1,075 tokens, 8 % near 4,100 tokens. Here these are chats
of any length, the web form with its fixed frame, and mail threads that the bot cuts at its own budget. Our own shares
are 64, 29 and 7 %: with them p75 to p95 come nearer to the trace's than with the fit, which overstates its long end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import people, phrases, prompts, shop
from simulator.arithmetic import Numbers, count_up_to, larger, smaller, take, where, whole
from simulator.behaviour import Behaviour
from simulator.chance import Chance
from simulator.quantiles import lognormal

if TYPE_CHECKING:
    from simulator.scenario import Scenario

SHARES = (0.64, 0.932)
CHAT_TOKENS, CHAT_SIGMA = 528.5, 1.00
FORM_TOKENS, FORM_SIGMA = 1075.0, 0.06
MAIL_TOKENS, MAIL_SIGMA = 4105.0, 0.03
PERSONAL_SHARE = 0.3
_THREAD_HEAD = "Earlier in this thread:"
_SHORTEST_THREAD = 120
ORDER_PROMPT = prompts.NAMES.index("order-status")

_ASK_LENGTHS = tuple(len(ask.replace("{order}", "TT-12345")) for question in shop.QUESTIONS for ask in question.asks)
_DOCUMENT_OF = tuple(question.document for question in shop.QUESTIONS)
_TEXT_LENGTHS = tuple(len(document.text) for document in shop.DOCUMENTS)
_OLD_LENGTHS = tuple(len(document.old_text) for document in shop.DOCUMENTS)
_FIRST = tuple(sum(q.prompt in prompts.NAMES[:n] for q in shop.QUESTIONS) for n in range(len(prompts.NAMES)))
_COUNT = tuple(sum(q.prompt == name for q in shop.QUESTIONS) for name in prompts.NAMES)
_PERSONAL_WORDS = ("name", "email", "phone", "address")
_PERSONAL_LENGTHS = tuple(len(text.format(**dict.fromkeys(_PERSONAL_WORDS, ""))) + 1 for text in phrases.PERSONAL)
_PERSONAL_HAS = {word: tuple(int(f"{{{word}}}" in text) for text in phrases.PERSONAL) for word in _PERSONAL_WORDS}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks, with which prompt and model, as numbers; `tenant` 0 is the largest."""

    use: Numbers
    prompt: Numbers
    model: Numbers
    tenant: Numbers


@dataclass(frozen=True, slots=True)
class Features:
    """One request in numbers. `text` says which of the prompt's four texts it got; lengths are in characters."""

    text: Numbers
    question: Numbers
    wording: Numbers
    documents: tuple[Numbers, Numbers, Numbers]
    document_count: Numbers
    stale: Numbers
    personal: Numbers
    beside: tuple[Numbers, Numbers]
    thread: tuple[Numbers, Numbers]
    system_length: Numbers
    question_length: Numbers
    thread_length: Numbers

    @property
    def input_tokens(self) -> Numbers:
        """Tokens of the messages that `Request.messages` makes: four for each message, three for the call."""
        thread = where(self.thread_length > 0, 4 + tokens(self.thread_length), 0)
        return 3 + 4 + tokens(self.system_length) + thread + 4 + tokens(self.question_length)


def tokens(length: Numbers) -> Numbers:
    """Return the tokens of a text of so many characters, as `simulator.models.count_tokens` counts."""
    return (length + 3) // 4


def origin(scenario: Scenario, chance: Chance, index: Numbers, batch: Numbers) -> Origin:
    """Return who sends request number `index`; `batch` says that a machine forwards it."""
    use = smaller(count_up_to(scenario.use_shares, chance.uniform("prompt", index)), len(scenario.prompts) - 1)
    few = count_up_to(scenario.tenant_shares, chance.uniform("tenant", index))
    machine = scenario.tenants + whole(chance.uniform("tenant", index) * scenario.batch_tenants)
    return Origin(
        use=use,
        prompt=take(scenario.use_prompts, use),
        model=take(scenario.use_models, use),
        tenant=where(batch, machine, smaller(few, scenario.tenants - 1)),
    )


def features(chance: Chance, index: Numbers, origin: Origin, edited: Numbers, now: Behaviour) -> Features:
    """Return request number `index` in numbers; `edited` says that the text was edited under its old label."""
    draw = chance.uniform("rollout", index)
    released = where(draw < now.bold_prompt, prompts.BOLD, where(edited, prompts.EDITED, prompts.CURRENT))
    text = where((draw >= now.bold_prompt) & (draw < now.bold_prompt + now.polished_prompt), prompts.POLISHED, released)
    question = take(_FIRST, origin.prompt) + whole(chance.uniform("question", index) * take(_COUNT, origin.prompt))
    wording = whole(chance.uniform("wording", index) * 3)
    documents = _retrieved(chance, index, take(_DOCUMENT_OF, question))
    document_count = where(origin.prompt == ORDER_PROMPT, 1, 3)
    stale = chance.uniform("stale", index) < now.stale
    system = take(prompts.TEMPLATE_LENGTHS, origin.prompt * 4 + text) + _documents_length(
        documents, document_count, stale
    )
    personal = where(
        chance.uniform("personal", index) < PERSONAL_SHARE,
        whole(chance.uniform("personal.which", index) * len(phrases.PERSONAL)),
        -1,
    )
    beside = _beside(chance, index, now.question)
    asked = (
        take(_ASK_LENGTHS, question * 3 + wording)
        + phrases.ASKED_BESIDE.length(*beside)
        + _personal_length(chance, index, personal)
    )
    base = 11 + tokens(system) + tokens(asked)
    thread = _thread(chance, index, whole((_target(chance, index) * now.context - base - 4) * 4 + 100_000) - 100_000)
    said = phrases.THREAD.length(*thread)
    return Features(
        text=text,
        question=question,
        wording=wording,
        documents=documents,
        document_count=document_count,
        stale=stale,
        personal=personal,
        beside=beside,
        thread=thread,
        system_length=system,
        question_length=asked,
        thread_length=where(said > 0, len(_THREAD_HEAD) + said, 0),
    )


def _target(chance: Chance, index: Numbers) -> Numbers:
    """Return how many tokens the whole input has, if the thread can be that long."""
    draw = chance.uniform("input.length", index)
    form = FORM_TOKENS * lognormal(FORM_SIGMA).at(draw)
    mail = MAIL_TOKENS * lognormal(MAIL_SIGMA).at(draw)
    which = chance.uniform("input.kind", index)
    return where(which < SHARES[0], CHAT_TOKENS * lognormal(CHAT_SIGMA).at(draw), where(which < SHARES[1], form, mail))


def _retrieved(chance: Chance, index: Numbers, right: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the document that answers, one from its neighbourhood, and one from anywhere else."""
    count = len(shop.DOCUMENTS)
    near = (right + 1 + whole(chance.uniform("retrieve.near", index) * 3)) % count
    far = (right + 4 + whole(chance.uniform("retrieve.far", index) * (count - 5))) % count
    return right, near, far


def _documents_length(documents: Sequence[Numbers], count: Numbers, stale: Numbers) -> Numbers:
    right = where(stale, take(_OLD_LENGTHS, documents[0]), take(_TEXT_LENGTHS, documents[0]))
    others = sum(take(_TEXT_LENGTHS, document) + 2 for document in documents[1:])
    return right + where(count == 1, 0, others)


def _beside(chance: Chance, index: Numbers, factor: Numbers) -> tuple[Numbers, Numbers]:
    """Return what the customer adds to the question, as a passage; one in two adds nothing."""
    start = whole(chance.uniform("beside.start", index) * phrases.ASKED_BESIDE.count)
    draw = chance.uniform("beside", index)
    characters = 240 * larger(draw - 0.5, 0) * factor + larger(factor - 1, 0) * 300
    return start, phrases.ASKED_BESIDE.end(start, smaller(characters, 18_000))


def _personal_length(chance: Chance, index: Numbers, personal: Numbers) -> Numbers:
    which = larger(personal, 0)
    lengths = people.lengths(chance, index)
    words = sum(take(_PERSONAL_HAS[word], which) * lengths[word] for word in _PERSONAL_WORDS)
    return where(personal < 0, 0, take(_PERSONAL_LENGTHS, which) + words)


def _thread(chance: Chance, index: Numbers, room: Numbers) -> tuple[Numbers, Numbers]:
    """Return the thread that fills so many characters, as a passage; too little room is left empty."""
    start = whole(chance.uniform("thread.start", index) * phrases.THREAD.count)
    characters = where(room < _SHORTEST_THREAD, 0, smaller(room, phrases.LONGEST_THREAD) - len(_THREAD_HEAD))
    return start, phrases.THREAD.end(start, characters)


def question_text(chance: Chance, index: int, found: Features, order_id: str) -> str:
    """Return what the customer writes; its length is `question_length`."""
    text = shop.QUESTIONS[found.question].asks[found.wording].replace("{order}", order_id)
    text += phrases.ASKED_BESIDE.text(*found.beside)
    if found.personal >= 0:
        who = people.customer(chance, index)
        words = {"name": who.name, "email": who.email, "phone": who.phone, "address": who.address}
        text += " " + phrases.PERSONAL[found.personal].format(**words)
    return text


def document_texts(found: Features) -> tuple[str, ...]:
    """Return the retrieved documents, the one that answers first."""
    pages = [shop.DOCUMENTS[number] for number in found.documents[: found.document_count]]
    first = pages[0].old_text if found.stale else pages[0].text
    return (first, *(page.text for page in pages[1:]))


def thread_text(found: Features) -> str:
    """Return the earlier messages, or an empty text."""
    return _THREAD_HEAD + phrases.THREAD.text(*found.thread) if found.thread_length else ""
