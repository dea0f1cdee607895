"""The engine: plays the traffic, answers attempts, and keeps a ledger that a learner cannot bend."""

from typing import Any

import pytest

from simulator.chance import Chance
from simulator.engine import Engine
from simulator.scenario import ScenarioError, load_scenario
from simulator.traffic import Traffic

BODY: dict[str, Any] = {"model": "lumen-mid", "messages": [{"role": "user", "content": "Hello"}]}
AT_NS = 1_795_200_000_000_000_000


def play(engine: Engine) -> list[Any]:
    """Ask once for every request of a run; returns what there was to see."""
    seen: list[Any] = [engine.begin("call_site", None)]
    while (asked := engine.next_request()) is not None:
        seen += [asked, engine.attempt(BODY, asked["at_ns"], 10.0)]
        engine.close_request("answered")
    return seen


def test_the_same_seed_repeats_a_run_and_its_ledger() -> None:
    first, second = Engine(seed=3), Engine(seed=3)
    assert play(first) == play(second)
    assert list(first.ledger.entries()) == list(second.ledger.entries())
    assert play(Engine(seed=4)) != play(first)


def test_a_second_run_starts_anew_and_repeats_the_first() -> None:
    engine = Engine(seed=3)
    first, entries = play(engine), list(engine.ledger.entries())
    again = play(engine)
    assert [seen | {"stream": 0} for seen in again] == [seen | {"stream": 0} for seen in first]
    assert list(engine.ledger.entries()) == entries


def test_a_fixed_engine_ignores_the_learners_scenario_and_seed() -> None:
    fixed, other = Engine(seed=99, fixed=True), Engine(seed=99, fixed=True)
    assert fixed.begin("no such scenario", 1) == other.begin("call_site", 2)
    assert fixed.next_request() == other.next_request()


def test_each_run_of_a_fixed_engine_has_its_own_traffic() -> None:
    engine = Engine(seed=99, fixed=True)
    runs = []
    for _ in range(3):
        engine.begin("call_site", None)
        runs.append(engine.next_request())
    assert len({run["at_ns"] for run in runs if run}) == 3


def test_a_free_engine_says_which_scenario_is_missing() -> None:
    with pytest.raises(ScenarioError, match="no scenario 'x'"):
        Engine().begin("x", None)


def test_what_a_learner_sees_holds_no_seed() -> None:
    seed = 0xC0FFEE_C0FFEE_C0
    seen = repr(play(Engine(seed=seed, fixed=True)))
    assert str(seed) not in seen
    assert f"{seed:x}" not in seen


def test_the_key_of_the_ids_is_a_hash() -> None:
    keys = [Engine().begin("call_site", seed)["ids"] for seed in range(50)]
    assert len(set(keys)) == 50
    assert {len(key) for key in keys} == {32}


def test_the_ledger_has_every_request_and_what_came_of_it() -> None:
    engine = Engine(seed=1)
    engine.begin("call_site", None)
    for outcome in ("answered", "failed", None):
        engine.next_request()
        if outcome:
            engine.close_request(outcome)
    asked = list(Traffic(load_scenario("call_site"), Chance(1)).requests())[:3]
    assert [(r.id, r.at_ns, r.template_sha256, r.outcome) for r in engine.ledger.requests] == [
        (one.id, one.at_ns, one.prompt.sha256, outcome)
        for one, outcome in zip(asked, ("answered", "failed", "open"), strict=True)
    ]


def test_attempts_are_counted_request_by_request() -> None:
    engine = Engine()
    engine.begin("call_site", None)
    for many in (2, 1, 3):
        engine.next_request()
        for _ in range(many):
            engine.attempt(BODY, AT_NS, 10.0)
    assert [(a.request_id, a.number) for a in engine.ledger.attempts] == [
        ("r-0001", 1), ("r-0001", 2), ("r-0002", 1), ("r-0003", 1), ("r-0003", 2), ("r-0003", 3)
    ]  # fmt: skip


def test_an_attempt_outside_a_run_belongs_to_no_request() -> None:
    engine = Engine()
    engine.attempt(BODY, AT_NS, 10.0)
    assert engine.ledger.attempts[0].request_id is None


@pytest.mark.parametrize("timeout_s", [0, 0.0, -1, float("nan"), float("-inf")])
def test_no_patience_at_all_is_a_timeout_at_once(timeout_s: float) -> None:
    engine = Engine()
    assert engine.attempt(BODY, AT_NS, timeout_s)["status"] is None
    entry = engine.ledger.attempts[0]
    assert (entry.error, entry.ended_at_ns - entry.sent_at_ns) == ("timeout", 0)


def test_endless_patience_ends_after_ten_minutes() -> None:
    engine = Engine(seed=1)
    waited = []
    engine.begin("call_site", None)
    while engine.next_request():
        reply = engine.attempt(BODY, AT_NS, float("inf"))
        waited += [reply["latency_s"]] if reply["status"] is None else []
    assert waited
    assert set(waited) == {600.0}


@pytest.mark.parametrize(
    "arguments",
    [([], AT_NS, 1.0), (None, AT_NS, 1.0), (BODY, "now", 1.0), (BODY, 1.5, 1.0), (BODY, True, 1.0), (BODY, AT_NS, "1")],
)
def test_what_only_a_broken_client_sends_is_refused_before_it_counts(arguments: Any) -> None:
    engine = Engine()
    with pytest.raises(TypeError, match="attempt needs"):
        engine.attempt(*arguments)
    assert engine.ledger.attempts == []


def stream(engine: Engine) -> int:
    number: int = engine.attempt(BODY | {"stream": True}, AT_NS, 600.0)["stream"]
    return number


def test_a_stream_that_nobody_read_has_been_read_to_chunk_nought() -> None:
    engine = Engine()
    stream(engine)
    entry = engine.ledger.attempts[0]
    assert entry.streamed
    assert (entry.chunks_read, entry.ended_at_ns) == (0, AT_NS)
    assert entry.chunks > 10
    assert entry.first_chunk_at_ns is not None


def test_a_stream_cannot_end_before_it_began_or_be_read_further_than_it_goes() -> None:
    engine = Engine()
    number = stream(engine)
    engine.close_stream(number, 0, 10**9)
    entry = engine.ledger.attempts[0]
    assert entry.ended_at_ns == entry.last_chunk_at_ns
    assert entry.chunks_read == entry.chunks
    engine.close_stream(number, AT_NS + 5, -3)
    assert engine.ledger.attempts[0].chunks_read == 0
    assert engine.ledger.attempts[0].ended_at_ns == AT_NS + 5


def test_nobody_has_read_a_chunk_before_it_was_sent() -> None:
    engine = Engine()
    number = stream(engine)
    engine.close_stream(number, AT_NS + 1, 1)
    entry = engine.ledger.attempts[0]
    assert AT_NS + 1 < entry.ended_at_ns == entry.first_chunk_at_ns


@pytest.mark.parametrize("at_ns", [-1, 1 << 63, int("9" * 4_300)])
def test_a_time_that_no_telemetry_can_hold_is_refused_and_leaves_no_trace(at_ns: int) -> None:
    engine = Engine()
    for ask in (
        lambda: engine.attempt(BODY, at_ns, 1.0),
        lambda: engine.step("search", "?", at_ns),
        lambda: engine.close_stream(0, at_ns, 1),
    ):
        with pytest.raises(ValueError, match="out of range"):
            ask()
    assert list(engine.ledger.entries()) == []


def test_a_name_that_somebody_chose_does_not_fill_the_ledger() -> None:
    engine = Engine()
    engine.attempt(BODY | {"model": "m" * 1_000_000}, AT_NS, 1.0)
    assert len(engine.ledger.attempts[0].model) == 200


def test_what_is_no_stream_cannot_be_closed_as_one() -> None:
    engine = Engine()
    engine.attempt(BODY, AT_NS, 600.0)
    before = engine.ledger.attempts[0]
    for number in (0, 1, -1):
        engine.close_stream(number, AT_NS + 999, 1)
    assert engine.ledger.attempts == [before]


def test_a_stream_of_an_earlier_run_does_not_touch_this_runs_ledger() -> None:
    engine = Engine()
    engine.begin("call_site", None)
    old = stream(engine)
    engine.begin("call_site", None)
    new = stream(engine)
    engine.close_stream(old, AT_NS + 1, 1)
    assert engine.ledger.attempts[0].chunks_read == 0
    engine.close_stream(new, AT_NS + 1, 1)
    assert engine.ledger.attempts[0].chunks_read == 1
