"""Streams: chunks arrive when they are sent, and the ledger learns how far each was read, however it was left."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator import Client, clock, session
from simulator.client import Stream
from simulator.engine import Engine
from simulator.ledger import AttemptEntry
from simulator.responses import ChatCompletionChunk
from simulator.run import Request, serve

MESSAGES = [{"role": "user", "content": "Hello"}]
START_NS = 1_795_200_000_000_000_000
kept: list[Any] = []


def begin(engine: Engine) -> Stream:
    return Client(engine=engine).chat.completions.create(model="lumen-mid", messages=MESSAGES, stream=True)


def test_reading_a_chunk_moves_the_clock_to_its_arrival() -> None:
    engine = Engine()
    with clock.simulated(START_NS):
        stream = begin(engine)
        assert time.time_ns() == START_NS
        next(stream)
        assert time.time_ns() == engine.ledger.attempts[0].first_chunk_at_ns
        list(stream)
        assert time.time_ns() == engine.ledger.attempts[0].ended_at_ns
    assert engine.ledger.attempts[0].chunks_read == engine.ledger.attempts[0].chunks


def test_chunks_arrive_while_their_reader_does_something_else() -> None:
    engine = Engine()
    with clock.simulated(START_NS):
        stream = begin(engine)
        next(stream)
        time.sleep(60)
        list(stream)
        assert time.time_ns() == (engine.ledger.attempts[0].first_chunk_at_ns or 0) + 60 * clock.NS


def read_some(stream: Iterator[ChatCompletionChunk]) -> None:
    for number, _ in enumerate(stream, start=1):
        if number == 4:
            return


def closed(stream: Stream) -> None:
    read_some(stream)
    stream.close()
    stream.close()


def left_in_a_with_block(stream: Stream) -> None:
    with stream as reading:
        read_some(reading)


def left_by_an_exception(stream: Stream) -> None:
    with pytest.raises(LookupError), stream:
        read_some(stream)
        raise LookupError


def dropped(stream: Stream) -> None:
    read_some(stream)


def kept_for_ever(stream: Stream) -> None:
    read_some(stream)
    kept.append(stream)


def in_a_generator_that_nobody_finishes(stream: Stream) -> None:
    def words() -> Iterator[ChatCompletionChunk]:
        with stream:
            yield from stream

    generator = words()
    read_some(generator)
    kept.append(generator)


WAYS = [closed, left_in_a_with_block, left_by_an_exception, dropped, kept_for_ever, in_a_generator_that_nobody_finishes]


def entries_of(answer: Callable[[Request], Any]) -> list[AttemptEntry]:
    serve(answer)
    engine = session.current_engine()
    assert isinstance(engine, Engine)
    return [entry for entry in engine.ledger.attempts if entry.status == 200]


@pytest.mark.parametrize("leave", WAYS)
def test_an_abandoned_stream_stands_in_the_ledger_as_far_as_it_was_read(
    apart: Path, leave: Callable[[Stream], None]
) -> None:
    ends_ns: dict[str, int] = {}

    def answer(request: Request) -> None:
        stream = Client().chat.completions.create(model=request.model, messages=request.messages, stream=True)
        leave(stream)
        ends_ns[request.id] = time.time_ns()
        time.sleep(5)

    entries = entries_of(answer)
    assert len(entries) > 80
    assert {entry.chunks_read for entry in entries} == {4}
    assert {entry.request_id: entry.ended_at_ns for entry in entries}.items() <= ends_ns.items()
    assert all(entry.finish_reason and entry.chunks > 10 for entry in entries)


def test_a_generator_that_answers_is_read_to_its_end(apart: Path) -> None:
    def answer(request: Request) -> Iterator[str]:
        stream = Client().chat.completions.create(model=request.model, messages=request.messages, stream=True)
        for chunk in stream:
            yield chunk.choices[0].delta.content or ""

    entries = entries_of(answer)
    assert len(entries) > 80
    assert all(entry.chunks_read == entry.chunks for entry in entries)


def test_a_stream_closed_before_its_first_chunk_was_read_to_nought(apart: Path) -> None:
    def answer(request: Request) -> None:
        stream = Client().chat.completions.create(model=request.model, messages=request.messages, stream=True)
        time.sleep(1)
        stream.close()
        assert list(stream) == []

    entries = entries_of(answer)
    assert {(entry.chunks_read, entry.ended_at_ns - entry.sent_at_ns) for entry in entries} == {(0, clock.NS)}


def test_a_stream_is_not_cut_by_the_timeout_once_it_began(apart: Path) -> None:
    def answer(request: Request) -> None:
        list(Client(timeout=2.0).chat.completions.create(model="lumen-large", messages=request.messages, stream=True))

    assert max(entry.ended_at_ns - entry.sent_at_ns for entry in entries_of(answer)) > 2 * clock.NS
