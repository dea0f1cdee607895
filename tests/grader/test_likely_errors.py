"""Mistakes with errors and names, each recognised by what it leaves in the telemetry."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence import Call
from grader.likely import (
    error_agrees,
    error_mistake,
    error_names,
    renamed,
)
from grader.telemetry import Span
from grader.truth import Attempt
from tests.grader.samples import attempt, failed, span


def call(made: Attempt | None = None, found: Span | None = None, **attributes: Any) -> Call:
    named = {key.replace("__", "."): value for key, value in attributes.items()}
    return Call(made or attempt(), None, (found or span(attributes=named),))


@pytest.mark.parametrize(
    ("made", "accepted", "rejected"),
    [
        (failed(), ("RateLimitError", "openai.RateLimitError", "429", "rate_limit_exceeded"), ("503", "Exception")),
        (failed(status=503, error="server_error"), ("InternalServerError", "503", "server_error"), ("429", "error")),
        (failed(status=None, error="timeout"), ("APITimeoutError", "timeout", "TimeoutError"), ("RateLimitError",)),
        (failed(status=None, error="stream_cut"), ("APIConnectionError", "stream_cut"), ("APITimeoutError", "timeout")),
        (failed(status=200, error="stream_cut"), ("openai.APIConnectionError", "connection_error"), ("200", "timeout")),
        (failed(status=400, error="invalid_request"), ("BadRequestError", "400"), ("InternalServerError", "500")),
        (failed(status=404, error="model_not_found"), ("NotFoundError", "404"), ("InternalServerError",)),
        (failed(status=418, error="teapot"), ("APIStatusError",), ("InternalServerError",)),
    ],
)
def test_a_failure_may_be_named_by_class_status_or_code(
    made: Attempt, accepted: tuple[str, ...], rejected: tuple[str, ...]
) -> None:
    family = error_names(call(made))[0]
    assert [error_agrees(family, ("ERROR", name)) for name in accepted] == [True] * len(accepted)
    assert [error_agrees(family, ("ERROR", name)) for name in rejected] == [False] * len(rejected)
    assert not error_agrees(family, ("UNSET", accepted[0]))


@pytest.mark.parametrize(
    ("family", "accepted"),
    [
        ("APITimeoutError", ("APIConnectionTimeoutError", "java.net.http.HttpTimeoutException", "*url.Error")),
        ("APIConnectionError", ("TypeError", "java.io.IOException", "System.Net.Http.HttpRequestException")),
        ("RateLimitError", ("com.openai.errors.RateLimitException",)),
        ("InternalServerError", ("com.openai.errors.InternalServerException",)),
    ],
)
def test_a_failure_may_be_named_as_other_languages_name_it(family: str, accepted: tuple[str, ...]) -> None:
    assert [error_agrees(family, ("ERROR", name)) for name in accepted] == [True] * len(accepted)
    others = {"APITimeoutError", "APIConnectionError", "RateLimitError", "InternalServerError"} - {family}
    for name in set(accepted) - {"*url.Error"}:  # Go has one class for both failures without an answer
        assert not any(error_agrees(other, ("ERROR", name)) for other in others)


@pytest.mark.parametrize("kind", [None, 429, ["RateLimitError"], {}, b"429", float("nan")])
def test_a_kind_of_error_that_is_no_text_does_not_agree(kind: object) -> None:
    assert not error_agrees("RateLimitError", ("ERROR", kind))


def test_an_answer_has_neither_status_error_nor_a_kind() -> None:
    assert error_agrees(None, ("OK", None))
    assert error_agrees(None, ("UNSET", None))
    assert not error_agrees(None, ("ERROR", None))
    assert not error_agrees(None, ("UNSET", "length"))


def test_what_is_wrong_with_status_or_kind_is_told() -> None:
    error = span(status="ERROR", attributes={})
    assert "is an answer" in (error_mistake(call(attempt(finish_reason="length"), error)) or "")
    assert error_mistake(call(attempt(), error)) is None
    assert "the kind of error is missing" in (error_mistake(call(failed(), error)) or "")
    assert "the message stands" in (error_mistake(call(failed(), error__type="Too many requests")) or "")
    assert error_mistake(call(failed(), error__type="429")) == "the status is missing"


def test_an_older_name_is_told() -> None:
    old = call(gen_ai__usage__completion_tokens=1)
    assert "gen_ai.usage.output_tokens" in (
        renamed(old, "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens") or ""
    )
    assert renamed(old, "error.type") is None
