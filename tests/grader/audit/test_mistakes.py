"""Each mistake is found where it was made, and not found in the nearest thing that is right."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from grader.audit import audit
from grader.audit.mistakes import all_mistakes
from grader.telemetry import Span, Telemetry
from tests.grader.audit.made import (
    GOOD,
    SECOND_NS,
    START_NS,
    call,
    event,
    failed,
    good,
    metric,
    of,
    request,
    verdict,
)

CACHED = "gen_ai.usage.cache_read.input_tokens"
COUNTS = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", CACHED)
FIRST = "gen_ai.response.time_to_first_chunk"
VERSION = "gen_ai.prompt.version"


def priced(*, adds: bool) -> Telemetry:
    """Ten calls whose cost takes the cached tokens off the input, or adds them."""
    calls = []
    for number in range(1, 11):
        given, cached, came = 700 + 31 * number, 64 * (number % 4 + 1), 90 + 17 * (number * 7 % 5)
        full = given if adds else given - cached
        cost = (full * 2.5 + cached * 0.25 + came * 10) / 1e6
        counts = dict(zip(COUNTS, (given, came, cached), strict=True))
        calls.append(call(number, more={**counts, "app.cost.usd": cost}))
    return of(*map(request, range(1, 11)), *calls)


def http(number: int, end_s: float, more: dict[str, object] | None = None) -> Span:
    below = replace(call(), span_id=f"{number:016x}", parent_id=call().span_id, name="POST")
    return replace(
        below, end_ns=START_NS + int(end_s * SECOND_NS), attributes={"http.request.method": "POST", **(more or {})}
    )


def alone(number: int) -> Span:
    return call(number, parent_id=None)


MESSAGES = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "May I return a tent?"}]}])
PERSONAL = MESSAGES.replace("May I", "I am kim.doe@example.com, may I")
INNER = replace(call(), scope="other", span_id=f"{9:016x}", parent_id=call().span_id)

CASES: dict[str, tuple[Telemetry, Telemetry]] = {
    "stream-without-usage": (good(without=COUNTS), good(without=(*COUNTS, "gen_ai.request.stream", FIRST))),
    "seconds-as-milliseconds": (good(more={FIRST: 400.0}), good(more={FIRST: 1.99})),
    "ended-early": (good(end_ns=START_NS + SECOND_NS // 5), good(end_ns=START_NS + SECOND_NS // 2)),
    "first-token-is-last": (good(more={FIRST: 1.9999}), good(more={FIRST: 1.9})),
    "tokens-not-integers": (good(more={COUNTS[0]: "800"}), good()),
    "zero-tokens": (good(more={COUNTS[0]: 0, CACHED: 0}), good(more={CACHED: 0})),
    "cached-outside-input": (good(more={CACHED: 801}), good(more={CACHED: 800})),
    "cached-twice": (
        good(more={"gen_ai.usage.total_tokens": 1472}),
        good(more={"gen_ai.usage.total_tokens": 960}),
    ),
    "cost-not-a-number": (good(more={"app.cost.usd": "0.0012"}), good(more={"app.cost.usd": 0.0012})),
    "zero-cost": (
        good(more={"app.cost.usd": 0.0}),
        good(without=("app.cost.usd",), more={"app.cost.missing_reason": "no price"}),
    ),
    "cost-adds-cached": (priced(adds=True), priced(adds=False)),
    "personal-data": (good(more={"gen_ai.input.messages": PERSONAL}), good(more={"gen_ai.input.messages": MESSAGES})),
    "version-on-parent": (
        of(request(more={VERSION: "v7"}), call(without=(VERSION,))),
        of(request(more={VERSION: "v7"}), call()),
    ),
    "content-cut": (
        good(more={"gen_ai.input.messages": MESSAGES[:-9]}),
        good(more={"gen_ai.input.messages": MESSAGES}),
    ),
    "user-on-root-only": (
        of(request(more={"session.id": "s1"}), call()),
        of(request(more={"session.id": "s1"}), call(more={"gen_ai.conversation.id": "s1"})),
    ),
    "lost-context": (of(request(), call(), alone(2)), of(request(), call(), request(2), call(2))),
    "no-request-span": (of(alone(1), alone(2)), good()),
    "recorded-twice": (of(request(), call(), INNER), of(request(), call(), request(2), call(2))),
    "hidden-retries": (of(request(), call(), http(8, 1), http(9, 2)), of(request(), call(), http(8, 1))),
    "not-client": (good(kind="INTERNAL"), good()),
    "older-names": (good(more={"gen_ai.system": "lumen"}), good()),
    "newer-name": (
        good(more={"gen_ai.usage.cache_creation.input_tokens": 0}),
        good(more={"gen_ai.usage.cache_write.input_tokens": 0}),
    ),
    "unknown-names": (
        good(more={"gen_ai.usage.input_token": 1}),
        good(more={"gen_ai.prompt.variable.order": "17", "app.own": 1}),
    ),
    "wrong-type": (good(more={"gen_ai.response.finish_reasons": "stop"}), good(more={FIRST: 1})),
    "required-missing": (good(without=("gen_ai.provider.name",)), good()),
    "error-without-type": (
        of(request(), replace(failed(), attributes={"gen_ai.operation.name": "chat"})),
        of(request(), failed(), logs=()),
    ),
    "error-not-marked": (of(request(), replace(failed(), status="UNSET")), of(request(), failed(), logs=())),
    "verdict-untied": (
        of(request(), call(), logs=(verdict(), verdict(span_id=None))),
        of(request(), call(), logs=(verdict(), verdict(span_id=None, attributes={"gen_ai.response.id": "resp-1"}))),
    ),
    "metric-per-call": (
        of(request(), call(), metrics=(metric("d", {"user.id": "u1"}),)),
        of(request(), call(), metrics=(metric("d", {"gen_ai.request.model": "lumen-mid"}),)),
    ),
}  # fmt: skip


def found(telemetry: Telemetry) -> dict[str, dict[str, int]]:
    return {finding.id: dict(finding.details) for finding in audit(telemetry).findings}


def test_every_mistake_has_a_case() -> None:
    assert set(CASES) == {mistake.id for mistake in all_mistakes()}
    assert len(all_mistakes()) == len(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_found_where_it_was_made(name: str) -> None:
    assert name in found(CASES[name][0])


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_not_found_in_the_nearest_thing_that_is_right(name: str) -> None:
    assert name not in found(CASES[name][1])


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(of(request(), call(events=(event("late", 2.5),))), id="an event after the end"),
        pytest.param(of(request(), call(), http(9, 2.5)), id="the HTTP request ends later"),
        pytest.param(good(end_ns=START_NS + 100_000, without=(FIRST,)), id="a tenth of a millisecond"),
    ],
)
def test_a_span_that_ends_before_its_answer_is_known_by_more_than_its_first_chunk(made: Telemetry) -> None:
    assert "ended-early" in found(made)


def test_what_is_no_http_request_may_outlive_the_call() -> None:
    child = replace(http(9, 2.5), attributes={}, name="write to the archive")
    assert "ended-early" not in found(of(request(), call(), child))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gen_ai.usage.imput_tokens", "did you mean `gen_ai.usage.input_tokens`?"),
        ("gen_ai.usage.inputTokens", "did you mean `gen_ai.usage.input_tokens`?"),
        ("genai.request.model", "did you mean `gen_ai.request.model`?"),
        ("gen_ai.reqeust.model", "did you mean `gen_ai.request.model`?"),
        ("gen_ai.mood", "is in no convention"),
    ],
)
def test_a_mistyped_name_is_told_with_the_one_that_was_meant(name: str, said: str) -> None:
    told = found(good(more={name: "x"}))["unknown-names"]
    assert [text.partition("`" + name + "`")[2].lstrip(": ") for text in told] == [said]


def test_a_retry_that_the_client_made_itself_is_seen_by_its_count() -> None:
    assert "hidden-retries" in found(of(request(), call(), http(8, 1, {"http.request.resend_count": 1})))


def test_the_same_response_in_two_spans_of_one_trace_is_one_call() -> None:
    sibling = call(scope="other", span_id=f"{9:016x}")
    assert found(of(request(), call(), sibling))["recorded-twice"] == {"`other` and `shop`": 1}


def test_a_metric_with_a_new_value_for_each_point_is_found_by_their_number() -> None:
    many = metric("d", *({"app.question": f"q{n}"} for n in range(101)))
    few = metric("d", *({"app.team": f"t{n}"} for n in range(20)))
    assert found(of(request(), call(), metrics=(many, few)))["metric-per-call"] == {"`d` has `app.question`": 1}


def test_a_verdict_that_says_its_score_as_text_has_the_wrong_type() -> None:
    log = verdict(attributes={"gen_ai.evaluation.name": "form", "gen_ai.evaluation.score.value": "0.5"})
    assert found(of(request(), call(), logs=(log,)))["wrong-type"] == {
        "`gen_ai.evaluation.score.value` is to be: double": 1
    }


def test_the_good_call_speaks_only_names_of_today() -> None:
    assert found(good()) == {}
    assert GOOD.keys() <= call().attributes.keys()


def test_a_stream_that_was_left_is_no_error_that_lacks_its_status() -> None:
    left = call(more={"error.type": "AbandonedStreamError"})
    assert "error-not-marked" not in found(of(request(), left))
