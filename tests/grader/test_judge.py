"""The judge: notebook in, report out, whatever the run came to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judge import judge
from grader.labs import find_lab
from grader.telemetry import Telemetry
from grader.truth import Ledger
from tests.grader.samples import asked, attempt, span

LAB = find_lab("06")

ATTRIBUTES = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "lumen",
    "gen_ai.request.model": "lumen-mid",
    "gen_ai.response.model": "lumen-mid-2026-09-02",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 20,
    "gen_ai.prompt.name": "support-answer",
    "gen_ai.prompt.version": "v7",
    "app.prompt.hash": "0123456789abcdef",
}
SAID_BEFORE = {
    name: value for name, value in ATTRIBUTES.items() if not name.startswith(("gen_ai.response.", "gen_ai.usage."))
}
TRUTH = Ledger((asked(),), (attempt(),))


def emitted(**changes: object) -> Telemetry:
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return Telemetry((span(attributes={k: v for k, v in (ATTRIBUTES | named).items() if v is not None}),))


def test_telemetry_that_says_what_happened_passes() -> None:
    report = judge("06", LAB.checks_file, emitted(), TRUTH)
    assert report.verdict == "passed", [result for result in report.checks if result.outcome != "passed"]
    assert [result.lesson[0] for result in report.checks] == ["#"] * len(report.checks)
    assert (report.message, report.notes, report.practice) == ("", (), False)


def test_lessons_are_linked_as_the_caller_says() -> None:
    report = judge("06", LAB.checks_file, emitted(), TRUTH, lambda lab, anchor: f"lessons/{lab}{anchor}")
    assert report.checks[0].lesson == "lessons/06#one-span-per-attempt"


def test_one_wrong_value_fails_its_own_check_alone() -> None:
    report = judge("06", LAB.checks_file, emitted(gen_ai__usage__input_tokens=120), TRUTH)
    assert report.verdict == "failed"
    assert [result.id for result in report.checks if result.outcome != "passed"] == ["carries_tokens"]


def test_an_accepted_older_name_passes_with_a_note() -> None:
    telemetry = emitted(gen_ai__provider__name=None, gen_ai__system="lumen")
    report = judge("06", LAB.checks_file, telemetry, TRUTH)
    assert report.verdict == "passed"
    assert report.notes == ("`gen_ai.system` is accepted; today's name is `gen_ai.provider.name`.",)


def test_no_telemetry_fails_and_says_where_to_look() -> None:
    report = judge("06", LAB.checks_file, Telemetry(), TRUTH)
    assert report.verdict == "failed"
    assert report.message.startswith("The evening was played, and no telemetry arrived")
    assert [result.outcome for result in report.checks] == ["failed"] + ["blocked"] * (len(report.checks) - 1)


def test_nothing_played_and_nothing_emitted_asks_for_record_and_serve() -> None:
    report = judge("06", LAB.checks_file, Telemetry(), Ledger())
    assert report.message == "No telemetry arrived. Does the notebook call record() and serve()?"


def test_telemetry_without_a_run_asks_for_serve() -> None:
    assert judge("06", LAB.checks_file, emitted(), Ledger()).message.startswith("No customer was served.")


def test_a_run_that_stopped_short_never_passes() -> None:
    whole = replace(TRUTH, expected_requests=len(TRUTH.requests))
    short = replace(TRUTH, expected_requests=len(TRUTH.requests) + 1)
    assert judge("06", LAB.checks_file, emitted(), whole).verdict == "passed"
    report = judge("06", LAB.checks_file, emitted(), short)
    assert report.verdict == "failed"
    assert f"stopped after {len(TRUTH.requests)} of {len(TRUTH.requests) + 1} requests" in report.message


def test_an_evening_without_answers_never_passes() -> None:
    silent = Ledger((asked(),), (attempt(error="timeout", status=None, finish_reason=None),))
    failed_span = span(status="ERROR", attributes={**SAID_BEFORE, "error.type": "timeout"})
    report = judge("06", LAB.checks_file, Telemetry((failed_span,)), silent)
    assert {result.outcome for result in report.checks} == {"passed"}
    assert (report.verdict, report.message[:35]) == ("failed", "Only 0 of 1 requests got an answer,")


def test_streams_that_nobody_read_are_no_answers() -> None:
    for chunks_read, verdict in ((0, "failed"), (1, "passed")):
        begun = Ledger((asked(),), (attempt(streamed=True, chunks_read=chunks_read),))
        assert judge("06", LAB.checks_file, emitted(), begun).verdict == verdict


def test_nothing_asked_and_nothing_emitted_is_no_pass() -> None:
    assert judge("06", LAB.checks_file, Telemetry(), Ledger()).verdict == "failed"
    assert judge("06", LAB.checks_file, emitted(), Ledger()).verdict == "failed"


@pytest.mark.parametrize("value", [["chat"], {"a": ["b"]}, b"x", 7, True, float("nan"), "", "\ud800"])
@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_value_of_any_type_is_a_failed_check_and_no_fault_of_the_grader(name: str, value: object) -> None:
    report = judge("06", LAB.checks_file, emitted(**{name.replace(".", "__"): value}), TRUTH)
    assert report.verdict == "failed"
