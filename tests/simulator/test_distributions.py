"""What is generated has the shape of real traffic: each figure beside the source it is held against.

The sources: Azure's 2023 trace of conversations (AzurePublicDataset, CC-BY, 19,366 rows: measured quantiles), ServeGen
(2025, per-client histograms), probes of hosted models (2026, blogs: weak evidence), BurstGPT and Datadog's "State of AI
Engineering" 2026 (errors, caching).
"""

from dataclasses import replace

import numpy as np
import pytest

from simulator.answering import ANSWERED, BROKEN, CLUSTER_NS, CUT, RATE_LIMITED, REFUSED, SERVER_ERROR, TIMED_OUT, TOOL
from simulator.chance import Chance
from simulator.edges.rows import Array, Columns, arrivals
from simulator.models import TIERS
from simulator.scenario import Scenario, load_scenario
from simulator.traffic import Traffic
from tests.simulator.played import columns

WEEK = load_scenario("quiet_week").sized(requests=100_000)
MANY = WEEK.sized(requests=400_000)
NS = 1_000_000_000
HOUR_NS, MINUTE_NS, DAY_NS = 3600 * NS, 60 * NS, 86_400 * NS


def first_attempts(column: str) -> Array:
    rows = columns(WEEK, 7)
    found: Array = rows[column][rows["number"] == 1]
    return found


def spoken(rows: Columns) -> Array:
    """Which attempts brought an answer, not a call of a tool."""
    found: Array = (rows["fate"] == ANSWERED) & (rows["says"] != TOOL)
    return found


@pytest.mark.parametrize(
    ("percent", "tokens", "tolerance"),
    [(25, 396, 0.05), (50, 1020, 0.05), (75, 1189, 0.06), (90, 2734, 0.06), (95, 4083, 0.02)],
)
def test_inputs_are_as_long_as_in_azures_trace_of_conversations(percent: int, tokens: int, tolerance: float) -> None:
    assert np.percentile(first_attempts("input_tokens"), percent) == pytest.approx(tokens, rel=tolerance)


def test_the_shortest_inputs_are_a_prompt_with_its_documents() -> None:
    """Azure's p5 is 181: conversations may carry no documents, ours carry one or three."""
    assert 181 <= np.percentile(first_attempts("input_tokens"), 5) <= 320
    assert first_attempts("input_tokens").mean() == pytest.approx(1155, rel=0.03)


@pytest.mark.parametrize(
    ("percent", "tokens", "tolerance"),
    [(5, 41, 0.2), (25, 85, 0.12), (50, 129, 0.16), (75, 395, 0.03), (90, 424, 0.03), (95, 451, 0.06)],
)
def test_outputs_are_as_long_as_in_azures_trace_of_conversations(percent: int, tokens: int, tolerance: float) -> None:
    """The tolerances are those of the two-part mixture that was fitted to the trace (its own p50 is 148)."""
    rows = columns(WEEK, 7)
    outputs = rows["output_tokens"][spoken(rows)]
    assert np.percentile(outputs, percent) == pytest.approx(tokens, rel=tolerance)
    assert outputs.mean() == pytest.approx(211, rel=0.02)


def test_outputs_know_nothing_of_inputs_as_in_azures_traces() -> None:
    """Correlation of the logarithms there: 0.00 (code) and 0.09 (conversations)."""
    rows = columns(WEEK, 7)
    logs = np.array([np.log(rows[name][spoken(rows)]) for name in ("input_tokens", "output_tokens")])
    assert abs(np.corrcoef(logs)[0, 1]) < 0.09


@pytest.mark.parametrize(("batch", "variation"), [(False, 1.02), (True, 3.3)], ids=["interactive", "batch"])
def test_gaps_within_a_minute_vary_as_in_azures_traces(batch: bool, variation: float) -> None:
    """Conversations there: 1.02; code, which machines send: 3.3 in the median minute, 1.0 to 6.5 in nine of ten."""
    busy = replace(WEEK, requests_per_minute=3000.0)  # 48 a second: enough of both in a minute
    at_ns, forwarded = arrivals(Traffic(busy, Chance(7)), busy.requests)
    moments = at_ns[forwarded == batch]
    minutes = np.split(moments, np.flatnonzero(np.diff(moments // MINUTE_NS)) + 1)[1:-1]
    found = [np.diff(minute).std() / np.diff(minute).mean() for minute in minutes]
    assert np.median(found) == pytest.approx(variation, rel=0.1)


def test_the_evening_is_twice_as_busy_as_the_night_as_in_servegen() -> None:
    """Its small model: peak over trough 2.2, peak over mean 1.46 at 20 h, trough at 5 h."""
    days = WEEK.sized(days=7)
    at_ns, _ = arrivals(Traffic(days, Chance(7)), days.requests)
    hours = np.bincount(at_ns // HOUR_NS % 24)
    assert hours.max() / hours.min() == pytest.approx(2.2, abs=0.1)
    assert hours.max() / hours.mean() == pytest.approx(1.46, abs=0.05)
    assert [int(hours.argmax()), int(hours.argmin())] == [20, 5]


def test_days_differ_by_a_sixth_as_in_servegen() -> None:
    """Its small model: totals of 14 days vary by 20 % either way; here a standard deviation of 0.15, and weekdays."""
    weeks = WEEK.sized(days=56)
    at_ns, _ = arrivals(Traffic(weeks, Chance(7)), weeks.requests)
    days = np.bincount((at_ns - WEEK.start_ns) // DAY_NS)[:49]
    assert days.std() / days.mean() == pytest.approx(0.155, abs=0.04)


def test_one_tenant_sends_a_quarter_of_the_traffic_as_servegens_top_clients_do() -> None:
    """There the top client sends 16 to 30 %, and the top five 43 to 77 %."""
    shares = np.sort(np.bincount(first_attempts("tenant")))[::-1] / WEEK.requests
    assert 0.15 <= shares[0] <= 0.30
    assert 0.43 <= shares[:5].sum() <= 0.77
    assert len(shares) == WEEK.tenants + WEEK.batch_tenants


@pytest.mark.parametrize(
    ("tier", "first_s", "sigma", "rate"), [(0, 0.30, 0.55, 150), (1, 0.61, 0.60, 60), (2, 1.22, 0.60, 45)]
)
def test_first_tokens_and_rates_are_those_of_a_tier_as_probes_see_them(
    tier: int, first_s: float, sigma: float, rate: float
) -> None:
    """Probes: medians of 0.3, 0.6 and 1.2 s, p95 over p50 of 2.5 to 3 (sigma 0.56 to 0.67); 192, 45 and 44 tokens/s."""
    rows = columns(MANY, 7)
    mine = (rows["fate"] == ANSWERED) & (rows["model"] == tier)
    seconds = rows["first_token_ns"][mine] / NS
    assert np.percentile(seconds, 95) / np.median(seconds) == pytest.approx(2.6, abs=0.2)
    read = TIERS[tier].prompt_token_s * (rows["input_tokens"] - rows["cached_tokens"])[mine]
    tenth, half, ninetieth = np.percentile(np.log(seconds - read), [10, 50, 90])
    assert np.exp(half) == pytest.approx(first_s, rel=0.02)
    assert (ninetieth - tenth) / 2.563 == pytest.approx(sigma, abs=0.025)  # one call in a hundred queues
    pace = np.log(rows["token_ns"][mine] / NS)
    assert np.exp(-np.median(pace)) == pytest.approx(rate, rel=0.01)
    assert pace.std() == pytest.approx(0.25, abs=0.01)


def test_the_cache_helps_in_28_of_a_hundred_calls_that_could_use_it() -> None:
    """Datadog, Feb 2026: caching seen in 28 % of eligible spans; a prefix counts from 1,024 tokens, in steps of 128."""
    rows = columns(WEEK, 7)
    eligible = (rows["fate"] == ANSWERED) & (rows["input_tokens"] >= 1024)
    cached = rows["cached_tokens"]
    assert (cached[eligible] > 0).mean() == pytest.approx(0.28, abs=0.01)
    assert (cached[~eligible & (rows["fate"] == ANSWERED)] == 0).all()
    assert (cached % 128 == 0).all()
    assert (cached <= rows["input_tokens"] * 0.95).all()


@pytest.mark.parametrize(
    ("fate", "share"), [(RATE_LIMITED, 0.003), (SERVER_ERROR, 0.0015), (TIMED_OUT, 0.0005), (CUT, 0.0002)]
)
def test_calls_fail_as_seldom_as_the_baseline_says(fate: int, share: float) -> None:
    """The sum is near the 2 % of spans that Datadog saw in March 2026, at its lower end; the split is a proposal."""
    assert (columns(MANY, 7)["fate"] == fate).mean() == pytest.approx(share, rel=0.15)


@pytest.mark.parametrize(("clustering", "low", "high"), [(1.0, 2.0, 4.0), (0.0, 0.9, 1.1)])
def test_errors_come_in_clusters_as_in_burstgpt(clustering: float, low: float, high: float) -> None:
    """Variance over mean of the errors in five minutes: about 1 where they come one by one, more where they cluster."""
    rows = columns(_clustered(clustering), 7)
    block = (rows["at_ns"] - MANY.start_ns) // CLUSTER_NS
    failed = (rows["fate"] != ANSWERED) & (rows["fate"] != CUT)
    expected = failed.mean() * np.bincount(block)
    spread = (np.bincount(block, weights=failed) - expected) ** 2
    assert low < spread.sum() / expected.sum() < high


def _clustered(clustering: float) -> Scenario:
    return replace(MANY, clustering=clustering)


@pytest.mark.parametrize(("says", "share"), [(REFUSED, 0.003), (BROKEN, 0.005)])
def test_few_answers_are_refusals_or_break_the_form(says: int, share: float) -> None:
    rows = columns(MANY, 7)
    assert (rows["says"][spoken(rows)] == says).mean() == pytest.approx(share, rel=0.06)


def test_one_answer_in_a_hundred_stops_at_its_length() -> None:
    rows = columns(MANY, 7)
    assert rows["stopped"][spoken(rows)].mean() == pytest.approx(0.01, rel=0.06)
