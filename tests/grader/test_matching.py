"""Which span stands for which attempt."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.evidence import match
from tests.grader.samples import attempt, span


def positions(attempts: list[tuple[float, float]], spans: list[tuple[float, float]]) -> dict[int, list[str]]:
    found = match(
        [attempt(at, lasts) for at, lasts in attempts],
        [span(at, lasts, id=str(n)) for n, (at, lasts) in enumerate(spans)],
    )
    return {position: [s.span_id for s in spans] for position, spans in found.items()}


def test_a_response_id_settles_it_wherever_the_span_lies() -> None:
    attempts = [attempt(0, response_id="x"), attempt(5, response_id="y")]
    spans = [
        span(5, id="1", attributes={"gen_ai.response.id": "x"}),
        span(0, id="2", attributes={"gen_ai.response.id": "y"}),
    ]
    assert match(attempts, spans) == {0: (spans[0],), 1: (spans[1],)}


def test_without_a_response_id_the_closest_in_time_is_taken() -> None:
    assert positions([(0, 1), (3, 1), (6, 1)], [(6.1, 1), (0.1, 0.9), (3, 1.2)]) == {0: ["1"], 1: ["2"], 2: ["0"]}


def test_requests_that_overlap_keep_their_own_spans() -> None:
    assert positions([(0, 9), (1, 2), (1.5, 5)], [(1.5, 5), (0, 9), (1, 2)]) == {0: ["1"], 1: ["2"], 2: ["0"]}


@pytest.mark.parametrize("at_end", [True, False])
def test_spans_without_length_find_their_attempts_though_they_lie_inside_others(at_end: bool) -> None:
    attempts = [(0.0, 60.0), (59.2, 0.9), (59.9, 0.3), (-0.1, 0.2)]
    spans = [(at + lasts if at_end else at, 0.0) for at, lasts in attempts]
    assert positions(attempts, spans) == {n: [str(n)] for n in range(len(attempts))}


def test_spans_that_stay_open_over_a_pause_find_their_attempts_though_others_lie_closer() -> None:
    attempts = [(0.0, 1.0), (0.1, 2.8), (0.2, 1.5)]
    spans = [(at, lasts + 2) for at, lasts in attempts]
    assert positions(attempts, spans) == {n: [str(n)] for n in range(len(attempts))}


def test_on_a_real_clock_a_start_agrees_within_the_tolerance() -> None:
    attempts = [attempt(0, 1), attempt(0.1, 2.8)]
    spans = [span(0.02, 3, id="0"), span(0.12, 4.8, id="1")]
    assert match(attempts, spans, 50_000_000) == {0: (spans[0],), 1: (spans[1],)}
    assert match(attempts, spans, 1_000_000) == {1: (spans[0],), 0: (spans[1],)}


def test_a_second_span_for_one_attempt_is_kept() -> None:
    assert positions([(0, 1), (10, 1)], [(0, 1), (0.2, 0.5), (10, 1)]) == {0: ["0", "1"], 1: ["2"]}


def test_a_lonely_attempt_gets_a_span_before_another_gets_a_second() -> None:
    assert positions([(0, 1), (1, 1)], [(0, 1), (0.1, 1)]) == {0: ["0"], 1: ["1"]}


def test_no_attempts_and_no_spans_match_nothing() -> None:
    assert match([], []) == {}
    assert match([], [span()]) == {}
    assert match([attempt()], []) == {}


def test_one_span_over_all_attempts_stands_for_one_of_them() -> None:
    found = positions([(n * 10, 1) for n in range(100)], [(0, 1000)])
    assert list(found.values()) == [["0"]]


@pytest.mark.parametrize("lasts_s", [1.0, 4000.0])
def test_five_thousand_attempts_and_spans_are_matched_within_seconds(lasts_s: float) -> None:
    attempts = [attempt(n * 0.7, lasts_s) for n in range(5000)]
    spans = [span(n * 0.7, lasts_s, id=str(n)) for n in range(5000)]
    random.Random(6).shuffle(spans)
    began_s = time.process_time()
    found = match(attempts, spans)
    assert time.process_time() - began_s < 6
    assert {position: [s.span_id for s in stands] for position, stands in found.items()} == {
        n: [str(n)] for n in range(5000)
    }


def test_five_thousand_spans_of_one_place_are_matched_within_seconds() -> None:
    began_s = time.process_time()
    found = match([attempt(n * 0.7) for n in range(5000)], [span(0, 3500, id=str(n)) for n in range(5000)])
    assert time.process_time() - began_s < 6
    assert sum(map(len, found.values())) == 5000


TIMES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), max_size=8)


@given(TIMES, TIMES)
def test_no_span_stands_for_two_attempts_and_none_is_doubled_without_need(
    attempts: list[tuple[int, int]], spans: list[tuple[int, int]]
) -> None:
    found = positions([(a, b) for a, b in attempts], [(a, b) for a, b in spans])
    placed = [id for ids in found.values() for id in ids]
    assert len(placed) == len(set(placed))
    assert all(found.values())


@given(st.permutations(range(6)))
def test_exact_spans_find_their_attempts_in_any_order(order: list[int]) -> None:
    exact = [(n * 0.3, 1 + n / 7) for n in range(6)]
    found = positions(exact, [exact[n] for n in order])
    assert {position: order[int(ids[0])] for position, ids in found.items()} == {n: n for n in range(6)}
