"""The shop's customers and the switching of incidents over HTTP, for a program in any language."""

from typing import Any

import pytest

from simulator.engine import Engine
from simulator.incident import all_incidents
from tests.simulator.asgi import BODY, CHAT, Served, ask, served


def play(server: Served, requests: int) -> list[Any]:
    """Serve so many customers with one call each; returns what there was to see."""
    seen = [ask(server.app, "/traffic/begin", {"seed": 3}).json]
    for _ in range(requests):
        asked = ask(server.app, "/traffic/next").json["request"]
        answered = ask(server.app, CHAT, BODY)
        seen += [asked, answered.json if answered.status else None]
        ask(server.app, "/traffic/close", {"outcome": "answered" if answered.status == 200 else "failed"})
    return seen


def play_in_process(requests: int) -> tuple[list[Any], list[Any]]:
    engine = Engine()
    seen: list[Any] = [engine.begin("call_site", 3)]
    for _ in range(requests):
        asked = engine.next_request()
        assert asked is not None
        reply = engine.attempt(BODY, asked["at_ns"], 600.0)
        seen += [asked, reply.get("body")]
        engine.close_request("answered" if reply["status"] == 200 else "failed")
    return seen, list(engine.ledger.entries())


def test_customers_over_http_are_the_customers_in_process() -> None:
    server = served()
    over_http, (here, ledger) = play(server, 60), play_in_process(60)
    for seen in [*over_http, *here]:
        if seen and "error" in seen:
            seen["error"].pop("param")  # over HTTP it is named
    assert over_http == here
    for kind in ("request", "attempt"):
        assert [e for e in server.ledger if e["kind"] == kind] == [e for e in ledger if e["kind"] == kind]


def test_after_the_last_customer_there_is_none() -> None:
    server = served()
    total = ask(server.app, "/traffic/begin", {}).json["requests"]
    asked = [ask(server.app, "/traffic/next").json["request"] for _ in range(total + 1)]
    assert asked[-1] is None
    assert all(asked[:-1])


def test_a_customer_in_real_time_comes_at_their_moment() -> None:
    server = served(speed=600.0)
    begun = ask(server.app, "/traffic/begin", {}).json
    for _ in range(3):
        asked = ask(server.app, "/traffic/next").json["request"]
        assert server.stage.time.now_ns() >= asked["at_ns"] > begun["start_ns"]


def test_the_bot_does_its_steps_over_http() -> None:
    server = served()
    ask(server.app, "/traffic/begin", {})
    asked = ask(server.app, "/traffic/next").json["request"]
    found = ask(server.app, "/traffic/step", {"step": "search", "subject": asked["question"]}).json["result"]
    assert [document["text"] for document in found] == asked["documents"]
    ranked = ask(server.app, "/traffic/step", {"step": "rerank", "subject": found}).json["result"]
    assert len(ranked) == len(found)
    order = ask(server.app, "/traffic/step", {"step": "look_up", "subject": "TT-12345"}).json["result"]
    assert order["order_id"] == "TT-12345"
    assert ask(server.app, "/traffic/step", {"step": "judge", "subject": "chatcmpl-0"}).json["result"] is None
    assert [entry["step"] for entry in server.ledger if entry["kind"] == "step"] == ["search", "rerank", "look_up"]


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("begin", {"scenario": "x"}, "scenario"),
        ("begin", {"scenario": ""}, "scenario"),
        ("begin", {"scenario": 5}, "scenario"),
        ("begin", {"seed": -1}, "seed"),
        ("begin", {"seed": 1 << 64}, "seed"),
        ("begin", {"sead": 1}, "sead"),
        ("step", {"subject": "x"}, "step"),
        ("step", {"step": "dance", "subject": "x"}, "step"),
        ("step", {"step": "search"}, "subject"),
        ("step", {"step": "rerank", "subject": ["x"]}, "subject[0]"),
        ("close", {}, "outcome"),
        ("close", {"outcome": "bored"}, "outcome"),
    ],
)
def test_a_wrong_request_is_refused_with_its_parameter(path: str, body: dict[str, Any], param: str) -> None:
    answered = ask(served().app, f"/traffic/{path}", body)
    assert (answered.status, answered.json["error"]["param"]) == (400, param)


def test_an_incident_is_switched_on_seen_and_switched_off() -> None:
    server = served(control=True)
    path = "/control/incidents"
    assert ask(server.app, path, method="GET").json == {"incidents": []}
    on = ask(server.app, path, {"name": "rate_limits", "strength": "severe"}).json
    assert on == ask(server.app, path, method="GET").json
    assert on["incidents"][0] == {"name": "rate_limits", "strength": "severe", "since": server.stage.time.now_ns()}
    assert ask(server.app, path, {"name": "rate_limits", "strength": "off"}).json == {"incidents": []}


@pytest.mark.parametrize("body", [{"name": "x", "strength": "mild"}, {"name": "rate_limits", "strength": "awful"}])
def test_an_unknown_incident_is_answered_with_those_there_are(body: dict[str, str]) -> None:
    answered = ask(served(control=True).app, "/control/incidents", body)
    assert answered.status == 400
    assert all(
        name in answered.json["error"]["message"] for name in (all_incidents() if body["name"] == "x" else ["off"])
    )


def test_without_the_flag_there_is_no_control() -> None:
    assert ask(served().app, "/control/incidents", method="GET").status == 404
