"""Every incident and decoy, mild and severe: what moves, what stays flat, what it costs, and that off is off.

Two days are played twice with one seed: with the incident from the first moment to the last, and without it. Chance is
counted, not consumed: a call that the incident does not touch is the same call in both, so what differs is its doing.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from simulator import incidents
from simulator.edges.indicators import INDICATORS, harm_per_hour, indicators
from simulator.edges.rows import Columns, portions
from simulator.incident import Incident, all_incidents
from simulator.scenario import Befalls, Scenario, load_scenario

SEED = 3
DAYS = load_scenario("quiet_week").sized(days=2)
CASES = [
    pytest.param(incident, strength, id=f"{name} {strength}")
    for name, incident in all_incidents().items()
    for strength in ("mild", "severe")
]
CORE = ("alias_swap", "prompt_drift", "context_growth")


def played(scenario: Scenario, seed: int = SEED) -> Columns:
    parts = list(portions(scenario, seed))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@lru_cache(maxsize=1)
def usual() -> Columns:
    return played(DAYS)


@lru_cache(maxsize=1)
def quiet_days() -> list[dict[str, float]]:
    day = DAYS.sized(days=1)
    return [indicators(played(day, seed), 24.0) for seed in range(20, 28)]


@lru_cache(maxsize=64)
def under(name: str, strength: str) -> Columns:
    return played(DAYS.with_incidents([Befalls(name, strength, (0.0, 0.0), 1.0)]))


def hours(rows: Columns) -> float:
    return float(rows["at_ns"].max() - DAYS.start_ns) / 3.6e12


def change(name: str, before: float, after: float) -> float:
    """How far an indicator moved, in units of what counts as flat: 0.4 points of a share, 2.5 % of anything else."""
    if name.endswith(("_share", "_ratio")) and name not in ("cached_share", "output_input_ratio"):
        return (after - before) / 0.004
    return (after - before) / before / (0.04 if name in ("cached_share", "tool_calls_per_request") else 0.025)


def expected(incident: Incident, strength: str) -> Mapping[str, str]:
    return {**incident.moves, **(incident.moves_when_severe if strength == "severe" else {})}


@pytest.mark.parametrize(("incident", "strength"), CASES)
def test_what_it_says_moves_moves_that_way_and_nothing_else_does(incident: Incident, strength: str) -> None:
    rows = under(incident.name, strength)
    before, after = indicators(usual(), hours(usual())), indicators(rows, hours(rows))
    moved = {name: change(name, before[name], after[name]) for name in INDICATORS}
    found = {name: "+" if by > 0 else "-" for name, by in moved.items() if abs(by) > 1}
    assert found == dict(expected(incident, strength)), moved


@pytest.mark.parametrize(("incident", "strength"), CASES)
def test_an_hour_of_it_costs_what_it_says(incident: Incident, strength: str) -> None:
    found = harm_per_hour(incident.harm.unit, under(incident.name, strength), usual())
    assert found == pytest.approx(getattr(incident.harm, strength), rel=0.15)
    assert (incident.harm.unit == "none") == incident.decoy


@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("strength", ["mild", "severe"])
def test_the_three_core_failures_leave_an_apm_green(name: str, strength: str) -> None:
    """Status codes, error rate and latency's p95 stay within what one quiet day differs from another."""
    rows = under(name, strength)
    before, after = indicators(usual(), hours(usual())), indicators(rows, hours(rows))
    for indicator in ("error_ratio", "latency_p95_s", "failed_request_ratio"):
        quiet = [day[indicator] for day in quiet_days()]
        assert abs(after[indicator] - before[indicator]) <= max(quiet) - min(quiet)
    usual_shares, shares = (np.bincount(found["fate"], minlength=5) / len(found["fate"]) for found in (usual(), rows))
    np.testing.assert_allclose(shares, usual_shares, atol=0.002)


@pytest.mark.parametrize("name", list(all_incidents()))
def test_off_changes_no_byte(name: str) -> None:
    small = DAYS.sized(requests=300)
    off = played(small.with_incidents([Befalls(name, "off", (0.0, 0.5), 1.0)]))
    assert {key: column.tobytes() for key, column in off.items()} == {
        key: column.tobytes() for key, column in played(small).items()
    }


@pytest.mark.parametrize("name", list(all_incidents()))
def test_nothing_happens_outside_its_window(name: str) -> None:
    """Requests before the window are the same to the last bit."""
    small = DAYS.sized(requests=2_000)
    rows, quiet = played(small.with_incidents([Befalls(name, "severe", (0.5, 0.5), 0.5)])), played(small)
    start_ns = small.start_ns + small.length_ns // 2
    before, before_quiet = rows["at_ns"] < start_ns, quiet["at_ns"] < start_ns
    assert before.any()
    for key, column in quiet.items():
        np.testing.assert_array_equal(rows[key][before], column[before_quiet])


def test_every_indicator_that_an_incident_names_exists() -> None:
    named = {name for incident in all_incidents().values() for name in {**incident.moves, **incident.moves_when_severe}}
    assert named <= set(INDICATORS)


def test_the_compound_needs_its_first_cause() -> None:
    """The limit of the compound incident is ample for contexts of the usual size: without growth nobody is refused."""
    tight = replace(DAYS, tokens_per_minute=DAYS.tokens_per_minute * 0.4)
    refused, refused_usual = (indicators(found, 1.0)["rate_limited_ratio"] for found in (played(tight), usual()))
    grown = indicators(under("storm_from_context", "severe"), 1.0)["rate_limited_ratio"]
    assert refused - refused_usual < 0.004 < 0.05 < grown


NEW_FILE = """
from dataclasses import replace
from simulator.incident import Harm, Incident

INCIDENT = Incident(
    name="everything_costs_nothing", kind="decoy", title="a decoy of the tests", symptom="None.",
    culprit=("none", "test"), moves={}, apm="Nothing.", strengths={"mild": 1.0, "severe": 2.0}, harm=Harm("none"),
    change=lambda now, call, level: replace(now, output=now.output * level),
)
"""


def test_adding_an_incident_is_adding_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "everything_costs_nothing.py").write_text(NEW_FILE)
    monkeypatch.setattr(incidents, "__path__", [*incidents.__path__, str(tmp_path)])
    all_incidents.cache_clear()
    try:
        small = DAYS.sized(requests=200)
        longer = played(small.with_incidents([Befalls("everything_costs_nothing", "severe", (0.0, 0.0), 1.0)]))
        assert "everything_costs_nothing" in all_incidents()
        assert longer["output_tokens"].sum() > 1.5 * played(small)["output_tokens"].sum()
    finally:
        all_incidents.cache_clear()
