"""The handbook: every fact has four values that look alike, and what is right stands in the document."""

import re
from itertools import product

import pytest

from simulator import phrases, prompts, shop
from simulator.chance import Chance
from simulator.shop import DAYS, DOCUMENTS, OLD, QUESTIONS, STATUSES, TRUE, WRONG, Document, Order, Question

PLACEHOLDER = re.compile(r"{(\w+)}")
ORDER = Order("TT-12345", 1, 2)
documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
questions = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{DOCUMENTS[q.document].name} {q.fact}")
of_handbook = pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if not q.of_order], ids=lambda q: f"{DOCUMENTS[q.document].name} {q.fact}"
)


def stands_in(value: str, text: str) -> bool:
    """Whether a value stands in a text as a word of its own."""
    return re.search(rf"(?<![\w.]){re.escape(value)}(?!\w|\.\d)", text) is not None


def test_the_handbook_has_sixty_documents_or_more_under_names_of_their_own() -> None:
    assert len(DOCUMENTS) >= 60
    assert len({document.name for document in DOCUMENTS}) == len(DOCUMENTS)
    assert all(re.fullmatch(r"[a-z-]+\.md", document.name) for document in DOCUMENTS)


def test_every_document_answers_something_and_every_prompt_has_questions() -> None:
    assert {question.document for question in QUESTIONS} == set(range(len(DOCUMENTS)))
    assert {question.prompt for question in QUESTIONS} == set(prompts.NAMES)
    assert [question.number for question in QUESTIONS] == list(range(len(QUESTIONS)))


@documents
def test_each_fact_has_four_values_of_nearly_the_same_length(document: Document) -> None:
    for name, values in document.facts.items():
        assert len(values) == len(set(values)) == 4, name
        assert max(map(len, values)) - min(map(len, values)) <= 3, name


@documents
def test_a_document_says_its_facts_and_nothing_is_left_open(document: Document) -> None:
    for which, text in ((TRUE, document.text), (OLD, document.old_text)):
        assert "{" not in text
        assert text.isascii()
        for name, values in document.facts.items():
            assert stands_in(values[which], text), name
    assert 200 <= len(document.text) <= 700


@questions
def test_a_question_has_three_wordings_and_answers_with_what_the_bot_can_know(question: Question) -> None:
    assert len(set(question.asks)) == 3
    known = {*DOCUMENTS[question.document].facts, "order", "status", "day"}
    for text in (question.answer, question.german):
        assert set(PLACEHOLDER.findall(text)) <= known
        assert f"{{{question.fact}}}" in text
    for ask in question.asks:
        assert set(PLACEHOLDER.findall(ask)) <= {"order"}
        assert ask.isascii()
    assert question.answer.isascii()


@of_handbook
def test_the_true_fact_stands_in_the_document_and_the_wrong_ones_do_not(question: Question) -> None:
    document = DOCUMENTS[question.document]
    values = document.facts[question.fact]
    for which, german in product(range(4), (False, True)):
        said = shop.sentence(question, ORDER, which, german=german)
        assert "{" not in said
        assert stands_in(values[which], said)
        assert stands_in(values[which], document.text) == (which == TRUE), values[which]
        assert stands_in(values[which], document.old_text) == (which == OLD), values[which]


@of_handbook
def test_an_answer_with_another_fact_is_another_sentence_of_nearly_the_same_length(question: Question) -> None:
    said = [shop.sentence(question, ORDER, which) for which in range(4)]
    assert len(set(said)) == 4
    assert max(map(len, said)) - min(map(len, said)) <= 6


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.of_order], ids=lambda q: f"{q.number} {q.fact}")
def test_an_order_answers_with_its_own_status_or_day(question: Question) -> None:
    values = STATUSES if question.fact == "status" else DAYS
    for at in range(6):
        order = Order("TT-54321", at, at)
        said = [shop.sentence(question, order, which) for which in (TRUE, WRONG, WRONG + 1)]
        assert len(set(said)) == 3
        assert values[at] in said[0]
        assert "TT-54321" in said[0] or "{order}" not in question.answer


def test_an_order_is_the_same_whenever_it_is_looked_up_and_as_long_as_the_numbers_say() -> None:
    chance, found = Chance(9), set()
    for index in range(500):
        number = shop.order_number(chance, index)
        assert 10_000 <= number <= 99_999
        order = shop.order(chance, number)
        assert order == shop.order(Chance(9), number)
        assert len(shop.look_up_text(order)) == shop.look_up_length(*shop.order_facts(chance, number))
        found.add((order.status, order.day))
    assert len(found) == len(STATUSES) * len(DAYS)


def test_sentences_that_fill_answers_are_plain_and_say_no_fact_of_the_handbook() -> None:
    """They must not make a right answer wrong, or a wrong one right: they name no number."""
    for key in ("more", "question_more", "history", "refusals", "unsure"):
        for sentence in phrases._LISTS[key]:
            assert sentence.isascii(), sentence
            assert key == "history" or not re.search(r"\d", sentence), sentence
