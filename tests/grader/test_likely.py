"""The likeliest mistakes, each recognised by what it leaves in the telemetry."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence import Call
from grader.likely import (
    covers_more_attempts,
    has_other_span,
    model_mistake,
    timing_mistake,
    token_mistake,
)
from grader.telemetry import Span
from grader.truth import Attempt
from tests.grader.samples import START_NS, attempt, evidence, failed, span


def call(made: Attempt | None = None, found: Span | None = None, **attributes: Any) -> Call:
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    return Call(made or attempt(), None, (found or span(attributes=named),))


def tokens(input_tokens: object, output_tokens: object, made: Attempt | None = None) -> str | None:
    return token_mistake(
        call(made, gen_ai__usage__input_tokens=input_tokens, gen_ai__usage__output_tokens=output_tokens)
    )


@pytest.mark.parametrize(("at_s", "lasts_s", "there"), [(3, 1, True), (3, 2, False), (2, 2, False), (9, 1, False)])
def test_a_span_that_does_not_say_it_is_chat_is_seen_where_the_attempt_was(
    at_s: float, lasts_s: float, there: bool
) -> None:
    nameless = span(at_s, lasts_s, id="b2", attributes={"error.type": "RateLimitError"})
    laid = evidence((attempt(), failed(3, number=2)), (span(), nameless))
    assert [has_other_span(each, laid) for each in laid.calls] == [False, there]


def test_a_span_over_another_attempt_of_its_request_is_seen() -> None:
    loop = call(attempt(0), span(0, 9))
    assert covers_more_attempts(loop, [call(attempt(4, number=2))])
    assert not covers_more_attempts(loop, [call(attempt(4, request="r-0002"))])
    assert not covers_more_attempts(loop, [call(attempt(8.5, number=2))])


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (span(0, 1), None),
        (span(0, 0), "opened and closed before the call"),
        (span(1, 0), "opened and closed after the answer was there"),
        (span(0, 3), "stayed open after the response"),
        (span(0, -1), "another unit"),
        (span(start_ns=START_NS // 1000), "another unit"),
        (span(start_ns=1_795_000_000), "another unit"),
        (span(0.5, 0.5), None),
    ],
)
def test_how_a_span_lies_beside_its_attempt_is_told(found: Span, told: str | None) -> None:
    said = timing_mistake(call(attempt(), found))
    assert (told in said) if told and said else told == said


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"gen_ai__response__finish_reasons": "stop"}, "are a list"),
        ({"gen_ai__response__model": "lumen-mid"}, "the alias you asked for"),
        ({"gen_ai__request__model": "lumen-mid-2026-09-02"}, "swapped"),
        ({}, None),
    ],
)
def test_which_model_stands_in_the_wrong_place_is_told(attributes: dict[str, Any], told: str | None) -> None:
    said = model_mistake(call(**attributes))
    assert (told in said) if told and said else told == said


def test_what_was_done_to_the_tokens_is_told() -> None:
    assert "swapped" in (tokens(20, 100) or "")
    assert "not text" in (tokens("100", "20") or "")
    assert "total_tokens" in (tokens(120, 20) or "")
    assert "free" in (tokens(0, 0, failed()) or "")
    assert tokens(100, 20) is None
    assert tokens([1], None) is None
    assert tokens(None, None, failed()) is None
