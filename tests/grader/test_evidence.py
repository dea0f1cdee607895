"""Telemetry laid beside the ledger: which span stands for which attempt."""

from __future__ import annotations

import pytest

from grader.evidence import match
from grader.telemetry import Span
from tests.grader.samples import attempt, evidence, failed, span


def positions(attempts: list[tuple[float, float]], spans: list[tuple[float, float]]) -> dict[int, list[str]]:
    found = match(
        [attempt(at, lasts) for at, lasts in attempts],
        [span(at, lasts, id=str(n)) for n, (at, lasts) in enumerate(spans)],
    )
    return {position: [s.span_id for s in spans] for position, spans in found.items()}


def test_a_span_far_from_every_attempt_belongs_to_none() -> None:
    assert positions([(0, 1)], [(60, 1), (-60, 1)]) == {}
    laid = evidence((attempt(0),), (span(0), span(60, id="far")))
    assert [stray.span_id for stray in laid.stray_spans] == ["far"]


def test_chat_spans_are_those_that_say_so() -> None:
    chat, tool, web = span(), span(1, id="b2", attributes={"gen_ai.tool.name": "t"}), span(2, id="b3", attributes={})
    assert evidence(spans=(tool, web, chat)).chat_spans == (chat,)


def test_if_no_span_says_so_those_that_look_like_one_are_taken() -> None:
    marked = span(attributes={"gen_ai.request.model": "lumen-mid"}, kind="INTERNAL")
    client, inner = span(1, id="b2", attributes={}), span(2, id="b3", attributes={}, kind="INTERNAL")
    assert evidence(spans=(client, marked)).chat_spans == (marked,)
    assert evidence(spans=(inner, client)).chat_spans == (client,)
    assert evidence(spans=(inner,)).chat_spans == (inner,)
    assert evidence().chat_spans == ()


def test_if_no_span_says_so_failed_calls_beside_answered_ones_are_taken_too() -> None:
    answered = span(attributes={"gen_ai.response.model": "lumen-mid"})
    bare = span(1, id="b2", attributes={"error.type": "RateLimitError"})
    elsewhere = span(2, id="b3", attributes={}, scope="another library")
    assert set_of_ids(evidence(spans=(answered, bare, elsewhere)).chat_spans) == {"b1", "b2"}


def set_of_ids(spans: tuple[Span, ...]) -> set[str]:
    return {each.span_id for each in spans}


@pytest.mark.parametrize("value", [["chat"], {"a": 1}, b"chat", 7, None, float("nan")])
def test_an_operation_of_any_type_is_no_fall(value: object) -> None:
    laid = evidence((attempt(),), (span(attributes={"gen_ai.operation.name": value}),))
    assert len(laid.calls[0].spans) == 1


def test_a_call_names_its_attempt_and_span_and_knows_its_request() -> None:
    laid = evidence((attempt(0), failed(5, number=2), attempt(9, request=None)), (span(0),))
    assert laid.calls[0].where == 'attempt 1 of request r-0001, span "chat lumen-mid"'
    assert laid.calls[1].where == "attempt 2 of request r-0001"
    assert [call.asked.id if call.asked else None for call in laid.calls] == ["r-0001", "r-0001", None]
    assert laid.answered == (laid.calls[0], laid.calls[2])


def test_an_accepted_older_name_is_read_as_todays() -> None:
    laid = evidence((attempt(),), (span(attributes={"gen_ai.system": "lumen"}),))
    assert laid.calls[0].get("gen_ai.provider.name") == "lumen"
