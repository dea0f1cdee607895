"""A judged evening: played once, at its own pace, measured on the real clock, told to the judge alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulator.edges import http_judged
from simulator.edges.http_app import make_app
from simulator.edges.http_judged import HOLD_S, LONGEST_S, SHORTEST_S, JudgedStage
from tests.simulator.asgi import BODY, CHAT, Answered, ask

TAKEN = ("status", "error", "finish_reason", "input_tokens", "answered_by")


@dataclass
class Evening:
    """A stage with its app; `told` is what the judge learns meanwhile."""

    seed: int = 7
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stage = JudgedStage("call_site", self.seed, told=self.told.append)
        self.app = make_app(self.stage)

    def post(self, path: str, body: Any = None, **more: Any) -> Answered:
        return ask(self.app, path, {} if body is None else body, **more)

    def requests(self) -> Iterator[dict[str, Any]]:
        while (request := self.post("/traffic/next").json["request"]) is not None:
            yield request

    def attempts(self) -> list[dict[str, Any]]:
        return [entry for entry in self.stage.entries() if entry["kind"] == "attempt"]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits, and what is held is held for a moment."""
    monkeypatch.setattr(http_judged, "SHORTEST_S", 0.0)
    monkeypatch.setattr(http_judged, "LONGEST_S", 0.0)
    monkeypatch.setattr(http_judged, "HOLD_S", 0.02)


def question(request: dict[str, Any], **more: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": request["question"]}]
    return {"model": request["model"], "messages": messages, **more}


def test_an_answer_takes_between_its_bounds_and_the_ledger_says_when_it_left() -> None:
    evening = Evening()
    evening.post("/traffic/begin")
    for _, request in zip(range(4), evening.requests(), strict=False):
        began_ns = time.time_ns()
        assert evening.post(CHAT, question(request)).whole
        ended_ns = time.time_ns()
        measured = evening.attempts()[-1]
        assert began_ns < measured["measured_sent_at_ns"] < began_ns + 20_000_000
        assert ended_ns - 20_000_000 < measured["measured_ended_at_ns"] < ended_ns + 1_000_000
        lasted_s = (measured["measured_ended_at_ns"] - measured["measured_sent_at_ns"]) / 1e9
        assert SHORTEST_S <= lasted_s < LONGEST_S + 0.05


def test_bounds_leave_room_for_the_judges_tolerance_and_a_short_timeout() -> None:
    tolerance_s, advised_timeout_s = 0.05, 1.5
    assert 2 * tolerance_s < SHORTEST_S
    assert 2 * LONGEST_S < advised_timeout_s < HOLD_S


@pytest.mark.usefixtures("hurried")
def test_the_evening_is_the_one_that_the_seed_gives_and_whole() -> None:
    evening = Evening()
    evening.post("/traffic/begin", {"scenario": "storm", "seed": 1})
    first = [request["question"] for request in evening.requests()]
    entries = list(evening.stage.entries())
    assert [entry["scenario"] for entry in entries if entry["kind"] == "run"] == ["call_site"]
    assert sum(entry["kind"] == "request" for entry in entries) == len(first) == 120
    assert evening.told == ["begun", "played"]
    again = Evening()
    again.post("/traffic/begin")
    assert [request["question"] for request in again.requests()] == first


@pytest.mark.usefixtures("hurried")
def test_the_alias_moves_in_the_middle_of_the_evening_as_it_does_in_the_scenario() -> None:
    """The engine's clock follows the customers: a later one meets the newer snapshot, however fast they are served."""
    evening = Evening()
    evening.post("/traffic/begin")
    for request in evening.requests():
        evening.post(CHAT, question(request))
    by_alias: dict[str, set[str]] = {}
    for attempt in evening.attempts():
        if attempt["answered_by"]:
            by_alias.setdefault(attempt["model"], set()).add(attempt["answered_by"])
    assert max(map(len, by_alias.values())) == 2


def test_it_is_begun_once() -> None:
    evening = Evening()
    assert evening.post("/traffic/begin").status == 200
    again = evening.post("/traffic/begin")
    assert again.status == 409
    assert "played once" in again.json["error"]["message"]
    assert evening.told == ["begun"]


@pytest.mark.usefixtures("hurried")
def test_it_is_played_when_the_last_customer_is_closed_though_nobody_asks_for_another() -> None:
    evening = Evening()
    evening.post("/traffic/begin")
    for _ in range(120):
        assert "played" not in evening.told
        evening.post("/traffic/next")
        evening.post("/traffic/close", {"outcome": "answered"})
    assert evening.told == ["begun", "played"]


def until_held(evening: Evening, **more: Any) -> Answered:
    """Play until an attempt gets no answer, and return what its client sees; meanwhile everybody stays."""
    evening.post("/traffic/begin")
    for request in evening.requests():
        seen = evening.post(CHAT, question(request, **more))
        if seen.status is None:
            return seen
    raise AssertionError("no attempt of this evening was left without an answer")


@pytest.mark.usefixtures("hurried")
def test_a_client_that_waits_on_sees_the_connection_break() -> None:
    evening = Evening()
    assert until_held(evening).broken
    held = evening.attempts()[-1]
    assert [held[name] for name in TAKEN] == [None, "stream_cut", None, None, None]
    assert held["measured_ended_at_ns"] - held["measured_sent_at_ns"] >= 20_000_000


@pytest.mark.parametrize("streamed", [False, True])
def test_a_client_that_hangs_up_before_its_answer_has_seen_none(streamed: bool) -> None:
    evening = Evening()
    evening.post(CHAT, {**BODY, "stream": streamed}, hang_up_after=0)
    (attempt,) = evening.attempts()
    assert [attempt[name] for name in TAKEN] == [None, "timeout", None, None, None]


def test_a_stream_is_measured_to_its_last_chunk() -> None:
    evening = Evening()
    began_s = time.monotonic()
    assert evening.post(CHAT, {**BODY, "stream": True}).whole
    lasted_s = time.monotonic() - began_s
    (attempt,) = evening.attempts()
    assert attempt["error"] is None
    assert (attempt["measured_ended_at_ns"] - attempt["measured_sent_at_ns"]) / 1e9 == pytest.approx(lasted_s, abs=0.05)
    assert SHORTEST_S - 0.01 < lasted_s < LONGEST_S + 0.1


def test_a_call_before_the_evening_stands_in_the_ledger_too() -> None:
    evening = Evening()
    evening.post(CHAT, BODY)
    evening.post("/traffic/begin")
    assert [attempt["request_id"] for attempt in evening.attempts()] == [None]


def test_a_ledger_is_lines_of_json() -> None:
    evening = Evening()
    evening.post(CHAT, BODY)
    assert all(json.loads(json.dumps(entry)) == entry for entry in evening.stage.entries())
