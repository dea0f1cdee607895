"""Signals, shares and points: what is there counts, what does not apply does not, and 100 means nothing is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.audit import audit
from grader.audit import score as score_module
from grader.audit.mistake import SEVERITIES
from grader.audit.mistakes import all_mistakes
from grader.audit.report import whole
from grader.audit.signals import SIGNALS, Signal
from tests.grader.audit.made import SECOND_NS, START_NS, call, failed, good, of, request, verdict

PAGE = Path(__file__).parents[3] / "course" / "audit.md"
COUNTS = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.cache_read.input_tokens")
FIRST, STREAM = "gen_ai.response.time_to_first_chunk", "gen_ai.request.stream"
LACKING = {
    "prompt": good(without=("gen_ai.prompt.version",)),
    "response": good(without=("gen_ai.response.id",), more={}),
    "tokens": good(without=(*COUNTS, STREAM, FIRST)),
    "cost": good(without=("app.cost.usd",)),
    "duration": good(end_ns=START_NS, without=(STREAM, FIRST)),
    "first-chunk": good(without=(FIRST,)),
    "quality": of(request(), call(), logs=()),
}


def test_a_perfect_application_has_100_and_nothing_to_fix() -> None:
    report = audit(good())
    assert (report.score, report.findings, report.exit_code) == (100.0, (), 0)
    assert {share.signal.id: (share.have, share.of) for share in report.signals} == {s.id: (1, 1) for s in SIGNALS}


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.id)
def test_a_signal_that_is_not_there_costs_its_weight(signal: Signal) -> None:
    report = audit(LACKING[signal.id])
    shares = {share.signal.id: share for share in report.signals}
    assert (shares[signal.id].have, shares[signal.id].of) == (0, 1)
    applying = sum(share.signal.weight for share in report.signals if share.of)
    assert report.score == pytest.approx(100 - 100 * signal.weight / applying)
    assert report.exit_code == 1


def test_signals_weigh_100_together() -> None:
    assert sum(signal.weight for signal in SIGNALS) == 100


def test_a_failed_call_owes_prompt_and_length_only() -> None:
    report = audit(of(request(), failed(), logs=()))
    assert {share.signal.id for share in report.signals if share.of} == {"prompt", "duration"}
    assert report.score == 100


def test_an_abandoned_stream_owes_neither_tokens_nor_a_verdict() -> None:
    left = call(
        without=(*COUNTS, "app.cost.usd", "gen_ai.response.finish_reasons"), more={"app.stream.abandoned": True}
    )
    report = audit(of(request(), left, logs=()))
    assert {share.signal.id for share in report.signals if share.of} == {"prompt", "duration"}


def test_an_answer_that_asks_for_a_tool_owes_no_verdict() -> None:
    asks = call(more={"gen_ai.response.finish_reasons": ["tool_calls"]})
    assert audit(of(request(), asks, logs=())).score == 100


def test_a_tenth_of_the_answers_judged_is_enough_and_less_is_not() -> None:
    calls = [span for n in range(1, 41) for span in (request(n), call(n))]
    enough = audit(of(*calls, logs=tuple(verdict(n) for n in range(1, 5))))
    half = audit(of(*calls, logs=tuple(verdict(n) for n in range(1, 3))))
    assert (enough.score, enough.findings) == (100, ())
    assert half.score == pytest.approx(90)
    assert [finding.id for finding in half.findings] == ["missing-quality"]


def test_a_missing_cost_with_a_reason_is_no_missing_cost() -> None:
    made = good(without=("app.cost.usd",), more={"app.cost.missing_reason": "no price for this model"})
    assert audit(made).score == 100


def test_a_mistake_that_explains_a_missing_signal_costs_it_once() -> None:
    report = audit(good(without=COUNTS))
    assert [finding.id for finding in report.findings] == ["stream-without-usage"]
    assert report.score == pytest.approx(80)


def test_a_mistake_costs_its_share_rounded_up_to_a_whole_point() -> None:
    spans = [span for n in range(1, 101) for span in (request(n), call(n))]
    spans[1] = replace(spans[1], kind="INTERNAL")
    one = audit(of(*spans, logs=tuple(verdict(n) for n in range(1, 101))))
    assert one.score == 99
    assert (one.findings[0].calls, one.findings[0].of) == (1, 100)


def test_findings_are_worth_what_fixing_them_brings() -> None:
    report = audit(of(request(), call(without=("gen_ai.prompt.version",), kind="INTERNAL"), logs=()))
    assert sum(finding.points for finding in report.findings) == pytest.approx(100 - report.score)
    assert [finding.points for finding in report.findings] == sorted((f.points for f in report.findings), reverse=True)


def test_the_sum_weighs_sites_by_their_calls() -> None:
    poor = call(
        4, without=("gen_ai.prompt.name", "gen_ai.prompt.version"), parent_id=f"{1:015x}a", trace_id=f"{1:032x}"
    )
    spans = [span for n in (1, 2, 3) for span in (request(n), call(n))]
    report = audit(of(*spans, poor, logs=(*map(verdict, (1, 2, 3)), verdict(4, trace_id=f"{1:032x}"))))
    assert [(site.calls, site.score) for site in report.sites] == [(3, 100.0), (1, pytest.approx(85.0))]
    assert report.score == pytest.approx((3 * 100 + 85) / 4)
    assert whole(report.score) == 96


def test_no_score_is_below_0() -> None:
    worst = replace(call(without=tuple(call().attributes)), end_ns=START_NS - SECOND_NS, kind="INTERNAL")
    worst = replace(
        worst, attributes={"gen_ai.system": "x", "gen_ai.request.model": "m", "gen_ai.usage.prompt_tokens": "7"}
    )
    assert audit(of(worst, replace(worst, span_id="c" * 16, parent_id=worst.span_id, scope="o"), logs=())).score == 0


def test_what_has_no_call_has_no_score_and_ends_with_3() -> None:
    report = audit(of(request()))
    assert (report.calls, report.score, report.exit_code, report.findings) == (0, 0.0, 3, ())


def test_every_weight_of_a_signal_and_a_mistake_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    weights = {signal.id: signal.weight for signal in SIGNALS} | {m.id: m.weight for m in all_mistakes()}
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|.*?\| *(\d+) *\|", page, re.MULTILINE))
    assert rows == {name: str(weight) for name, weight in weights.items()}
    assert all(f"{signal.weight}" in (score_module.__doc__ or "") for signal in SIGNALS)


def test_severities_are_the_three_that_are_ordered() -> None:
    assert {mistake.severity for mistake in all_mistakes()} <= set(SEVERITIES)


def test_what_findings_are_worth_in_sum_is_what_is_missing_from_100() -> None:
    first, second = (
        call(1, without=("app.cost.usd",)),
        call(2, without=("app.cost.usd",), scope="other", kind="INTERNAL"),
    )
    untied = verdict(1, span_id=None)
    report = audit(of(request(1), first, request(2), second, logs=(verdict(1), verdict(2), untied)))
    assert len(report.sites) == 2
    assert sum(finding.points for finding in report.findings) == pytest.approx(100 - report.score)
    assert {finding.id: (finding.calls, finding.of) for finding in report.findings} == {
        "missing-cost": (2, 2), "not-client": (1, 2), "verdict-untied": (0, 0),
    }  # fmt: skip
