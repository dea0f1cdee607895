"""The table of a million calls says what the ledger says when the reference bot serves the same customers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from simulator.edges.table import tables, write_table
from simulator.engine import Engine
from simulator.incident import all_incidents
from simulator.ledger import AttemptEntry, RequestEntry
from simulator.scenario import Scenario, load_scenario, scenario_names
from tests.simulator.played import play, under

EVENING = load_scenario("call_site")
WEEK = load_scenario("quiet_week").sized(requests=300)
NS = 1_000_000_000
EXACT = (
    *("request_id", "number", "arrived_at_ns", "sent_at_ns", "tenant", "prompt_name", "prompt_version", "topic"),
    *("question_tokens", "stale", "model", "answered_by", "response_id", "status", "error", "finish_reason"),
    *("input_tokens", "cached_tokens", "output_tokens", "usable", "defect", "final", "incident"),
)
CLOSE = ("first_token_s", "latency_s", "cost_usd", "judge_score")


def ledger_row(entry: AttemptEntry, asked: RequestEntry, final: bool) -> dict[str, Any]:
    """What the ledger says of a call, under the table's names."""
    named = {name: getattr(entry, name) for name in (*EXACT, *CLOSE) if hasattr(entry, name)}
    of_request = {name: getattr(asked, name) for name in (*EXACT, *CLOSE) if hasattr(asked, name) and name != "model"}
    first_ns = entry.first_chunk_at_ns
    return (
        of_request
        | named
        | {
            "arrived_at_ns": asked.at_ns,
            "latency_s": (entry.ended_at_ns - entry.sent_at_ns) / NS,
            "first_token_s": None if first_ns is None else (first_ns - entry.sent_at_ns) / NS,
            "final": final,
        }
    )


def ledger_rows(engine: Engine) -> list[dict[str, Any]]:
    asked = {request.id: request for request in engine.ledger.requests}
    attempts = engine.ledger.attempts
    following = [*attempts[1:], None]
    return [
        ledger_row(entry, asked[entry.request_id or ""], after is None or after.request_id != entry.request_id)
        for entry, after in zip(attempts, following, strict=True)
    ]


def differing(told: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    exact = {name: (told[name], found[name]) for name in EXACT if told[name] != found[name]}
    floats = {name: (told[name], found[name]) for name in CLOSE}
    return exact | {
        name: (one, other)
        for name, (one, other) in floats.items()
        if (one is None) != (other is None) or (one is not None and abs(one - other) > 1e-9)
    }


def agree(scenario: Scenario, seed: int) -> list[dict[str, Any]]:
    told = ledger_rows(play(scenario, seed)[0])
    found = [row for table in tables(scenario, seed) for row in table.to_pylist()]
    assert len(found) == len(told)
    assert set(found[0]) == {*EXACT, *CLOSE}
    for one, other in zip(told, found, strict=True):
        assert differing(one, other) == {}, (one["request_id"], one["number"])
    return told


@pytest.mark.parametrize("seed", range(6))
def test_an_evening_of_the_call_site(seed: int) -> None:
    told = agree(EVENING, seed)
    assert {row["error"] for row in told} >= {None, "rate_limit_exceeded", "server_error", "timeout"}
    assert {row["finish_reason"] for row in told} >= {None, "stop", "length", "tool_calls"}


@pytest.mark.parametrize("seed", [7, 8, 2**63])
def test_some_hundred_requests_of_a_quiet_week(seed: int) -> None:
    told = agree(WEEK, seed)
    assert {row["model"] for row in told} == {"lumen-small", "lumen-mid", "lumen-large", "lumen-labs"}
    assert {row["cost_usd"] is None for row in told if row["model"] == "lumen-labs"} == {True}
    assert any(row["cached_tokens"] for row in told)


@pytest.mark.parametrize("name", all_incidents())
def test_every_incident_at_its_severest(name: str) -> None:
    told = agree(under(WEEK.sized(requests=150), name), 3)
    assert {row["incident"] for row in told} == {None, name}


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_in_the_folder(name: str) -> None:
    agree(load_scenario(name).sized(requests=120), 9)


def test_a_rate_limit_that_refuses_calls() -> None:
    told = agree(replace(WEEK, tokens_per_minute=9_000.0), 7)
    refused = [row for row in told if row["error"] == "rate_limit_exceeded"]
    assert len(refused) > 100
    assert sum(row["final"] for row in refused) > 20
    assert sum(row["error"] is None for row in told) > 100


def test_a_rate_limit_that_is_reached_now_and_then_in_more_than_one_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.edges.rows.PORTION", 64)
    told = agree(replace(WEEK, tokens_per_minute=30_000.0), 7)
    assert 0 < sum(row["error"] == "rate_limit_exceeded" for row in told) < len(told) / 4


def test_a_file_holds_the_same_rows_and_ends_with_a_whole_request(tmp_path: Path) -> None:
    file, every = tmp_path / "t.parquet", [row for table in tables(WEEK, 7) for row in table.to_pylist()]
    assert write_table(WEEK, 7, file) == len(every)
    assert pq.read_table(file).to_pylist() == every
    count = write_table(WEEK, 7, file, calls=100)
    assert 100 <= count < 110
    assert pq.read_table(file).to_pylist() == every[:count]
    assert every[count - 1]["final"]
    count = write_table(WEEK, 7, file, requests=50)
    assert {row["request_id"] for row in every[:count]} == {f"r-{n:04d}" for n in range(1, 51)}
    assert pq.read_table(file).num_rows == count
