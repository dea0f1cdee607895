"""An incident at strength "off" changes no byte: it is as if it were not there."""

import json
from typing import Any

import pytest

from simulator.edges.rows import portions
from simulator.engine import Engine
from simulator.incident import all_incidents
from simulator.scenario import Befalls, Scenario, load_scenario
from tests.simulator.played import play

WEEK = load_scenario("quiet_week").sized(requests=60)
EVERY_ONE_OFF = WEEK.with_incidents(Befalls(name, "off", (0.1, 0.3), 0.5) for name in all_incidents())
BODY: dict[str, Any] = {"model": "lumen-mid", "messages": [{"role": "user", "content": "Hello"}], "stream": True}


def everything(scenario: Scenario) -> list[str]:
    """Each request and each reply of a run, as bytes would go over a wire; then the ledger."""
    engine = Engine(scenario, 5)
    said: list[Any] = [engine.begin(scenario, 5)]
    while (asked := engine.next_request()) is not None:
        said += [asked, engine.attempt(BODY, asked["at_ns"], 60.0), engine.step("search", "boots", asked["at_ns"])]
        engine.close_request("answered")
    return [json.dumps(one) for one in (*said, *engine.ledger.entries())]


def test_every_incident_off_at_once_is_a_quiet_week() -> None:
    assert everything(EVERY_ONE_OFF) == everything(WEEK)


def test_the_reference_bots_ledger_is_the_same_too() -> None:
    (off, asked_off), (quiet, asked) = play(EVERY_ONE_OFF, 5), play(WEEK, 5)
    assert asked_off == asked
    assert list(off.ledger.entries()) == list(quiet.ledger.entries())
    assert off.texts == quiet.texts


@pytest.mark.parametrize("name", all_incidents())
def test_one_incident_off_changes_no_number_of_the_table(name: str) -> None:
    off = WEEK.with_incidents([Befalls(name, "off", (0.0, 0.0), 1.0)])
    for one, other in zip(portions(off, 5), portions(WEEK, 5), strict=True):
        assert {column: rows.tobytes() for column, rows in one.items()} == {
            column: rows.tobytes() for column, rows in other.items()
        }


def test_an_incident_that_was_switched_off_leaves_nothing_behind() -> None:
    quiet, switched = Engine(WEEK, 5), Engine(WEEK, 5)
    for name in all_incidents():
        switched.switch(name, "severe", WEEK.start_ns)
    assert len(switched.incidents()) == len(all_incidents())
    for name in all_incidents():
        switched.switch(name, "off", WEEK.start_ns)
    assert switched.incidents() == []
    for engine in (quiet, switched):
        engine.begin(WEEK, 5)
    while (asked := quiet.next_request()) is not None:
        assert switched.next_request() == asked
        assert switched.attempt(BODY, asked["at_ns"], 60.0) == quiet.attempt(BODY, asked["at_ns"], 60.0)
    assert list(switched.ledger.entries()) == list(quiet.ledger.entries())
