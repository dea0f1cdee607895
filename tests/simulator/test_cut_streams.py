"""Connections that break: the client learns it as an error, whole or streamed, and the ledger knows what was sent."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest

from simulator import APIConnectionError, APITimeoutError, Client, clock, session
from simulator.behaviour import Behaviour
from simulator.edges.openai_transport import openai_client
from simulator.engine import Engine
from simulator.ledger import AttemptEntry
from simulator.responses import ChatCompletionChunk
from simulator.scenario import load_scenario

BREAKING = replace(load_scenario("call_site"), base=Behaviour(cut_stream=1.0, rate_limited=0.0, timeout=0.0))
ASK: dict[str, Any] = {"model": "lumen-mid", "messages": [{"role": "user", "content": "Hello"}]}


def asked(engine: Engine) -> int:
    engine.begin(BREAKING, 3)
    request = engine.next_request()
    assert request is not None
    at_ns: int = request["at_ns"]
    return at_ns


def broken_stream(engine: Engine) -> tuple[list[ChatCompletionChunk], AttemptEntry, int]:
    """Read a stream until it breaks; returns the chunks, the entry, and when it broke."""
    with clock.simulated(asked(engine)):
        stream = Client(engine=engine).chat.completions.create(
            **ASK, stream=True, stream_options={"include_usage": True}
        )
        read: list[ChatCompletionChunk] = []
        with pytest.raises(APIConnectionError, match="middle of the stream") as caught:
            read.extend(iter(lambda: next(stream), None))
        assert type(caught.value) is APIConnectionError
        assert caught.value.code == "stream_cut"
        assert list(stream) == []
        return read, engine.ledger.attempts[0], clock.now_ns() or 0


def test_a_stream_that_breaks_has_no_finish_reason_and_no_usage() -> None:
    read, entry, _ = broken_stream(Engine(BREAKING, 3))
    assert read
    assert all(chunk.usage is None for chunk in read)
    assert all(choice.finish_reason is None for chunk in read for choice in chunk.choices)
    assert {chunk.id for chunk in read} == {entry.response_id}


def test_the_ledger_knows_what_was_sent_and_that_nobody_was_served() -> None:
    read, entry, broke_ns = broken_stream(Engine(BREAKING, 3))
    assert (entry.status, entry.error, entry.finish_reason) == (200, "stream_cut", None)
    assert entry.output_tokens == entry.chunks == entry.chunks_read == len(read)
    assert (entry.usable, entry.defect, entry.judge_score) == (None, None, None)
    assert (entry.usage_sent, entry.ended_at_ns) == (False, broke_ns)
    assert entry.cost_usd is not None
    assert entry.cost_usd > 0


def test_an_answer_that_is_not_streamed_never_arrives() -> None:
    engine = Engine(BREAKING, 3)
    with clock.simulated(asked(engine)):
        began_ns = clock.now_ns() or 0
        with pytest.raises(APIConnectionError) as caught:
            Client(engine=engine).chat.completions.create(**ASK)
        assert not isinstance(caught.value, APITimeoutError)
        entry = engine.ledger.attempts[0]
        assert (entry.status, entry.error, entry.response_id) == (None, "stream_cut", None)
        assert (entry.ended_at_ns, entry.ended_at_ns > began_ns) == (clock.now_ns(), True)


@pytest.mark.parametrize("stream", [True, False])
def test_openais_client_raises_its_own_connection_error(apart: Path, stream: bool) -> None:
    engine = Engine(BREAKING, 3)
    session.exchange(session.Session(engine))
    with clock.simulated(asked(engine)), pytest.raises(openai.APIConnectionError) as caught:
        found: Any = openai_client().chat.completions.create(**ASK, stream=stream)
        list(found)
    assert not isinstance(caught.value, openai.APITimeoutError)
    assert engine.ledger.attempts[0].error == "stream_cut"


def test_who_only_tries_the_client_out_meets_no_broken_connection() -> None:
    engine = Engine(BREAKING, 3)
    with clock.simulated(BREAKING.start_ns):
        for _ in range(50):
            Client(engine=engine).chat.completions.create(**ASK)
    assert {entry.error for entry in engine.ledger.attempts} == {None}
