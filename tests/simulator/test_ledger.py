"""A ledger with a sink hands every entry over once, when nothing will change it, and keeps none."""

from typing import Any

from simulator import Client
from simulator.engine import Engine


def begun() -> tuple[Engine, list[dict[str, Any]]]:
    entries: list[dict[str, Any]] = []
    engine = Engine("quiet_week", 1, sink=entries.append)
    engine.begin("quiet_week", 1)
    return engine, entries


def ask(engine: Engine, **more: Any) -> Any:
    messages = [{"role": "user", "content": "How many pegs come with the Tarn 2?"}]
    return Client(engine=engine).chat.completions.create(model="lumen-mid", messages=messages, **more)


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


def test_an_entry_comes_when_nothing_will_change_it() -> None:
    engine, entries = begun()
    assert kinds(entries) == ["run"]
    engine.next_request()
    ask(engine)
    assert kinds(entries) == ["run", "attempt"]
    engine.close_request("answered")
    assert kinds(entries) == ["run", "attempt", "request"]
    assert entries[-1]["outcome"] == "answered"
    assert not engine.ledger.kept
    assert list(engine.ledger.entries())[1:] == []


def test_a_request_that_nobody_closes_comes_with_the_next_one() -> None:
    engine, entries = begun()
    engine.next_request()
    engine.next_request()
    assert [(entry["id"], entry["outcome"]) for entry in entries[1:]] == [("r-0001", "open")]


def test_a_stream_comes_when_it_is_closed_and_only_once() -> None:
    engine, entries = begun()
    read = len(list(ask(engine, stream=True)))
    assert [entry["chunks_read"] for entry in entries[1:]] == [read]
    engine.ledger.finish()
    assert kinds(entries) == ["run", "attempt"]


def test_what_is_open_at_the_end_comes_at_the_end() -> None:
    engine, entries = begun()
    engine.next_request()
    ask(engine, stream=True)
    assert kinds(entries) == ["run"]
    engine.ledger.finish()
    assert sorted(kinds(entries)) == ["attempt", "request", "run"]
    engine.ledger.finish()
    assert len(entries) == 3


def test_a_new_run_hands_over_what_the_last_one_left_open() -> None:
    engine, entries = begun()
    engine.next_request()
    ask(engine, stream=True)
    engine.begin("quiet_week", 2)
    assert sorted(kinds(entries)) == ["attempt", "request", "run", "run"]
