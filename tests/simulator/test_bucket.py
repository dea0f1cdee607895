"""The rate limit: a bucket of tokens a minute, in whole nanoseconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.bucket import BURST_NS, LONGEST_WAIT_NS, NS, Bucket, cost_ns

AT_NS = 1_795_000_000 * NS
CALLS = st.lists(st.tuples(st.integers(0, 30 * NS), st.integers(1, 40 * NS)), min_size=1, max_size=60)


def test_a_share_of_the_limit_is_the_time_in_which_it_leaks_out() -> None:
    assert cost_ns(30_000, 60_000.0) == 30 * NS
    assert cost_ns(1, 60.0) == NS


@pytest.mark.parametrize("tokens", [0, 1, 100_000])
def test_a_cost_is_whole(tokens: int) -> None:
    assert type(cost_ns(tokens, 84_000.0)) is int


def test_a_minutes_worth_may_be_used_at_once_and_then_one_waits() -> None:
    bucket = Bucket()
    assert [bucket.wait_ns(AT_NS, 33 * NS, AT_NS) for _ in range(4)] == [0, 0, 6 * NS, 6 * NS]
    assert bucket.wait_ns(AT_NS + 6 * NS, 40 * NS, AT_NS + 6 * NS) == 0
    assert bucket.wait_ns(AT_NS + 6 * NS, 1, AT_NS + 6 * NS) == LONGEST_WAIT_NS


def test_a_bucket_that_nobody_used_is_empty_again() -> None:
    bucket = Bucket()
    bucket.wait_ns(AT_NS, BURST_NS, AT_NS)
    assert bucket.wait_ns(AT_NS + BURST_NS, BURST_NS, AT_NS + BURST_NS) == 0
    assert bucket.free_ns == AT_NS + 2 * BURST_NS


def test_a_late_second_try_takes_nothing_from_a_request_that_arrived_before_it_was_sent() -> None:
    """Requests are played one after the other: what counts is when they arrived, not how long their tries took."""
    bucket = Bucket()
    assert bucket.wait_ns(AT_NS + 300 * NS, 40 * NS, AT_NS) == 0
    assert bucket.free_ns == AT_NS + 40 * NS
    assert bucket.wait_ns(AT_NS + NS, 40 * NS, AT_NS + NS) == 0
    assert bucket.free_ns == AT_NS + 80 * NS


@given(CALLS)
def test_whoever_waits_as_long_as_they_are_told_is_let_through_unless_told_the_longest_pause(
    calls: list[tuple[int, int]],
) -> None:
    bucket, at_ns = Bucket(), AT_NS
    for gap_ns, cost in calls:
        at_ns += gap_ns
        before = bucket.free_ns
        wait_ns = bucket.wait_ns(at_ns, cost, at_ns)
        assert wait_ns <= LONGEST_WAIT_NS
        if wait_ns:
            assert bucket.free_ns == before
        if 0 < wait_ns < LONGEST_WAIT_NS:
            assert bucket.wait_ns(at_ns + wait_ns - 1, cost, at_ns) == 1
            assert bucket.wait_ns(at_ns + wait_ns, cost, at_ns) == 0


@given(CALLS)
def test_no_stretch_lets_more_through_than_leaks_out_and_one_burst(calls: list[tuple[int, int]]) -> None:
    bucket, at_ns, used_ns = Bucket(), AT_NS, 0
    for gap_ns, cost in calls:
        at_ns += gap_ns
        if bucket.wait_ns(at_ns, cost, at_ns) == 0:
            used_ns += cost
            # The last call may have found room for less than itself.
            assert used_ns <= at_ns - AT_NS + BURST_NS + cost
