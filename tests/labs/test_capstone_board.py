"""The capstone's arithmetic, on spans whose numbers one can count by hand."""

import pytest

from grader.indicators import by_interval, percentile, summarise
from labs.capstone import limits, make_board
from labs.capstone.findings import calls_finding, latency_finding, tokens_finding
from labs.capstone.numbers import big_numbers
from labs.capstone.verdict import CALM, HURTING, UNKNOWN, WATCH, judge_now
from tests.labs.made_runs import SECOND_NS, SIX_PM_NS, call, evening


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (0.99, 20), (1.0, 20), (0.05, 1), (0.0001, 1)])
def test_a_percentile_is_a_value_that_was_seen(share: float, expected: float) -> None:
    assert percentile(range(20, 0, -1), share) == expected


def test_no_values_have_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_a_summary_counts_failures_apart_and_leaves_them_out_of_latency() -> None:
    spans = [call(0, 1.0), call(1, 3.0), call(2, 0.1, "RateLimitError"), call(3, 2.0)]
    summary = summarise(spans)
    assert (summary.calls, summary.failed, summary.failed_share) == (4, 1, 0.25)
    assert (summary.latency_p50_s, summary.latency_p95_s) == (2.0, 3.0)
    assert (summary.input_tokens, summary.output_tokens) == (300, 120)
    assert (summary.input_tokens_per_call, summary.output_tokens_per_call) == (100, 40)
    assert summary.requests is None


def test_nothing_is_summed_up_from_nothing() -> None:
    summary = summarise([])
    assert (summary.calls, summary.failed_share, summary.latency_p50_s, summary.input_tokens) == (0, None, None, None)


@pytest.mark.parametrize("count", ["100", True, -1, 1.5, None, [100]])
def test_what_is_no_token_count_is_not_counted(count: object) -> None:
    assert summarise([call(0, attributes={"gen_ai.usage.input_tokens": count})]).input_tokens is None


def test_requests_without_an_answer_are_first_attempts_less_answers() -> None:
    tried = [("A", 1), ("", 2), ("A", 1), ("A", 2), ("A", 3), ("", 1)]
    spans = [
        call(n, 1.0, error, attributes={"app.attempt": attempt, **({"error.type": error} if error else {})})
        for n, (error, attempt) in enumerate(tried)
    ]
    assert (summarise(spans).requests, summarise(spans).unanswered) == (3, 1)


def test_a_span_that_ends_before_it_starts_has_no_latency_and_zero_is_one() -> None:
    assert summarise([call(0, -5.0)]).latency_p50_s is None
    assert summarise([call(0, 0.0)]).latency_p50_s == 0.0


def test_minutes_begin_at_full_minutes_and_empty_ones_are_there() -> None:
    rows = by_interval([call(59), call(60), call(61), call(185)])
    assert [(row.start_ns - SIX_PM_NS) // SECOND_NS for row in rows] == [0, 60, 120, 180]
    assert [row.summary.calls for row in rows] == [1, 2, 0, 1]
    assert rows[2].summary.latency_p50_s is None


def test_the_last_five_minutes_are_held_against_those_before() -> None:
    board = make_board(evening())
    assert (board.now.words, board.now.summary.calls, board.now.summary.failed) == ("last 5 min", 15, 10)
    assert (board.before.words, board.before.summary.calls, board.before.summary.failed) == ("before", 45, 0)
    assert (len(board.rows), board.step_s) == (20, 60)


def test_a_short_run_is_cut_into_halves() -> None:
    board = make_board([call(second) for second in (0, 10, 20, 100, 110, 120, 130)])
    assert (board.before.words, board.now.words) == ("first half", "second half")
    assert (board.before.summary.calls, board.now.summary.calls) == (3, 4)


def test_one_call_is_a_board_too() -> None:
    board = make_board([call(0)])
    assert (board.before.summary.calls, board.now.summary.calls, len(board.rows)) == (0, 1, 1)
    assert [number.change for number in big_numbers(board.before, board.now)] == [None] * 6


@pytest.mark.parametrize(("days", "step_s"), [(0.1, 60), (0.2, 300), (3, 3600), (30, 6 * 3600), (20_000, 364 * 86_400)])
def test_a_long_run_is_drawn_in_longer_intervals(days: float, step_s: int) -> None:
    board = make_board([call(0), call(days * 86_400)])
    assert board.step_s == step_s
    assert len(board.rows) <= 181


def test_only_the_spans_that_are_model_calls_count() -> None:
    step = call(0, name="retrieve", kind="INTERNAL", attributes={})
    assert [span.name for span in make_board([step, call(1)]).calls] == ["chat lumen-mid"]
    unmarked = make_board([step])
    assert (len(unmarked.calls), unmarked.marked) == (1, False)


def test_the_numbers_of_the_evening_are_these() -> None:
    board = make_board(evening())
    shown = [(n.label, n.value, n.change, n.compared, n.over) for n in big_numbers(board.before, board.now)]
    assert shown == [
        ("Calls a minute", "3.0", "0", "was 3.0", False),
        ("Failed calls", "66.7 %", "+66.7 pts", "was 0 %", True),
        ("Latency p50", "1.1 s", "0", "was 1.1 s", False),
        ("Latency p95", "1.3 s", "0", "was 1.3 s", False),
        ("Tokens in a call", "100", "0", "was 100", False),
        ("Tokens out a call", "40", "0", "was 40", False),
    ]


def test_failing_calls_hurt_unless_retries_bring_the_answers() -> None:
    assert judge_now(make_board(evening()).now).word == HURTING
    numbered = [
        call(10 * n, 1.0, error, attributes={"app.attempt": attempt, **({"error.type": error} if error else {})})
        for n, (error, attempt) in enumerate([("A", 1), ("", 2)] * 8)
    ]
    verdict = judge_now(make_board(numbered).now)
    assert verdict.word == WATCH
    assert verdict.reason.endswith("retries answered every request.")


def test_slow_answers_hurt_and_few_failures_do_not() -> None:
    slow = [call(n, limits.LATENCY_P95_S + 1) for n in range(20)]
    assert judge_now(make_board(slow).now).reason == "p95 latency is 5 s in the second half; the limit is 4 s."
    two_failed = [call(n, 1.0, "A" if n >= 18 else "") for n in range(20)]
    assert judge_now(make_board(two_failed).now).word == CALM


def test_without_a_call_there_is_no_answer() -> None:
    assert judge_now(make_board([call(0)]).before).word == UNKNOWN


def test_each_chart_says_its_finding() -> None:
    board = make_board(evening())
    assert calls_finding(board) == "10 of 60 calls failed (16.7 %), most at 18:15: 2 of 3 (a minute)"
    assert (
        latency_finding(board) == "Answers took 1.1 s (p50) and 1.3 s (p95) over the run, highest p95 at 18:01: 1.3 s"
    )
    assert tokens_finding(board) == "5,000 tokens in (100 a call) and 2,000 tokens out (40 a call)"
    bare = make_board([call(0, attributes={})])
    assert tokens_finding(bare) == "No call carries its tokens (gen_ai.usage.input_tokens, .output_tokens)"
    assert calls_finding(bare) == "None of 1 calls failed"
    assert latency_finding(make_board([call(0, 1.0, "A")])) == "No call was answered, so there is no latency to show"
