"""Passages: sentences read round and round, whose length is known before a text is made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import phrases
from simulator.phrases import Passages

LISTS = {
    "more": phrases.MORE,
    "foreign_more": phrases.FOREIGN_MORE,
    "history": phrases.THREAD,
    "question_more": phrases.ASKED_BESIDE,
}


@pytest.mark.parametrize("passages", LISTS.values(), ids=LISTS)
@given(start=st.integers(0, 10**6), characters=st.integers(0, 18_000))
def test_a_passage_is_as_long_as_it_says_and_no_longer_than_asked(
    passages: Passages, start: int, characters: int
) -> None:
    start %= passages.count
    end = passages.end(start, characters)
    text = passages.text(start, end)
    assert passages.length(start, end) == len(text) <= characters
    following = passages.text(start, end + 1)
    assert len(following) > characters
    assert following.startswith(text)


def test_a_passage_goes_round_and_round() -> None:
    passages = Passages(["One.", "Two, three."], 60)
    assert passages.text(1, passages.end(1, 40)) == " Two, three. One. Two, three. One."
    assert passages.text(0, 0) == ""


@pytest.mark.parametrize("key", LISTS)
def test_sentences_are_whole_and_each_stands_there_once(key: str) -> None:
    sentences = phrases._LISTS[key]
    assert len(set(sentences)) == len(sentences) >= 20
    assert all(sentence.strip() == sentence and sentence[-1] in ".?!:)" for sentence in sentences)
