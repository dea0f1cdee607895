"""Embeddings: the same text, the same vector; texts that share words are similar; bad input is refused."""

import base64
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.embeddings import DIMENSIONS, MODEL, answer, embed
from simulator.refusals import Refused

BODY: dict[str, Any] = {"model": MODEL, "input": "How do I return a tent?"}


def cosine(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(embed(one), embed(other), strict=True))


def test_texts_that_share_words_are_closer_than_others() -> None:
    question = "How do I return a tent?"
    assert cosine(question, "Can I still return my tent?") > 0.6 > 0.3 > cosine(question, "Which stove burns spirit?")


def test_forms_of_a_word_are_similar() -> None:
    assert cosine("returned", "returns") > 0.4 > cosine("returned", "stoves")


def test_word_order_and_case_do_not_count() -> None:
    assert cosine("Tent, sleeping bag", "sleeping bag TENT") == pytest.approx(1)


def test_a_vector_stays_the_same_from_release_to_release() -> None:
    assert embed("a tent")[:3] == pytest.approx((-0.066356, 0.117517, 0.082791), abs=1e-6)


@given(st.text(max_size=200), st.integers(1, DIMENSIONS))
def test_any_text_at_all_has_a_vector_of_length_1(text: str, dimensions: int) -> None:
    vector = embed(text, dimensions)
    assert len(vector) == dimensions
    assert sum(part * part for part in vector) == pytest.approx(1, abs=1e-5)


def test_base64_holds_the_same_numbers() -> None:
    plain, packed = answer(BODY), answer(BODY | {"encoding_format": "base64"})
    content = base64.b64decode(packed["data"][0]["embedding"])
    assert list(struct.unpack(f"<{DIMENSIONS}f", content)) == plain["data"][0]["embedding"]


def test_a_list_of_texts_gets_a_vector_each_and_tokens_in_sum() -> None:
    found = answer(BODY | {"input": ["a tent", "two tents"], "dimensions": 8})
    assert [row["index"] for row in found["data"]] == [0, 1]
    assert [len(row["embedding"]) for row in found["data"]] == [8, 8]
    assert found["usage"] == {"prompt_tokens": 5, "total_tokens": 5}


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"model": None}, "missing_required_parameter", "model"),
        ({"model": 5}, "invalid_type", "model"),
        ({"model": "lumen-mid"}, "model_not_found", "model"),
        ({"input": None}, "missing_required_parameter", "input"),
        ({"input": ""}, "empty_string", "input"),
        ({"input": []}, "empty_array", "input"),
        ({"input": [1, 2]}, "invalid_type", "input[0]"),
        ({"input": ["x", ""]}, "empty_string", "input[1]"),
        ({"input": ["x"] * 2049}, "array_above_max_length", "input"),
        ({"input": "x" * 40_000}, "context_length_exceeded", "input"),
        ({"input": ["x" * 32_000] * 50}, "max_tokens_per_request", "input"),
        ({"encoding_format": "hex"}, "invalid_value", "encoding_format"),
        ({"dimensions": 0}, "integer_below_min_value", "dimensions"),
        ({"dimensions": 257}, "integer_above_max_value", "dimensions"),
        ({"dimension": 5}, "unknown_parameter", "dimension"),
        ({"user": 5}, "invalid_type", "user"),
    ],
)
def test_a_bad_request_is_refused(change: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(Refused) as caught:
        answer(BODY | change)
    assert (caught.value.code, caught.value.param) == (code, param)
