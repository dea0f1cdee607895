"""The client: shapes and errors as in OpenAI's client, and a ledger that says what happened attempt by attempt."""

import time
from pathlib import Path
from typing import Any

import pytest

import simulator
from simulator import Client, clock, session
from simulator.client import Stream
from simulator.engine import Engine
from simulator.ledger import AttemptEntry
from simulator.responses import ChatCompletion
from simulator.run import Request, serve

MESSAGES = [{"role": "user", "content": "Hello"}]
START_NS = 1_795_200_000_000_000_000


def call(engine: Engine, **more: Any) -> Any:
    with clock.simulated(START_NS):
        return Client(engine=engine).chat.completions.create(**{"model": "lumen-mid", "messages": MESSAGES} | more)


def test_an_answer_has_the_shape_of_openais() -> None:
    answer = call(Engine())
    assert isinstance(answer, ChatCompletion)
    assert answer.object == "chat.completion"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "stop"
    usage = answer.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.prompt_tokens_details.cached_tokens == 0
    assert answer.created == START_NS // clock.NS
    assert answer.model_dump()["choices"][0]["message"]["content"] == answer.choices[0].message.content


def test_openais_other_arguments_are_taken() -> None:
    more = {"temperature": 0.2, "top_p": 1, "response_format": {"type": "json_object"}, "user": "u", "seed": 3, "n": 1}
    http = {"extra_headers": {"a": "b"}, "extra_query": {"c": "d"}, "extra_body": {"max_tokens": 2}, "timeout": 30}
    assert call(Engine(), **more, **http).choices[0].finish_reason == "length"


def test_the_message_of_an_earlier_answer_can_be_sent_again() -> None:
    engine = Engine()
    earlier = call(engine).choices[0].message
    assert call(engine, messages=[*MESSAGES, earlier, *MESSAGES]).usage.prompt_tokens > 20


def test_messages_may_be_any_iterable() -> None:
    assert call(Engine(), messages=iter(MESSAGES)).usage.prompt_tokens == 9


def test_messages_and_model_are_required_by_name() -> None:
    with pytest.raises(TypeError, match="messages"):
        Client(engine=Engine()).chat.completions.create(model="lumen-mid")  # type: ignore[call-overload]  # the point
    with pytest.raises(TypeError, match="positional"):
        Client(engine=Engine()).chat.completions.create("lumen-mid", MESSAGES)  # type: ignore[call-overload]  # the point


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"model": 5}, simulator.BadRequestError),
        ({"model": "lumen-mit"}, simulator.NotFoundError),
        ({"messages": None}, simulator.BadRequestError),
        ({"messages": 5}, simulator.BadRequestError),
        ({"messages": "Hello"}, simulator.BadRequestError),
        ({"messages": {"role": "user", "content": "Hello"}}, simulator.BadRequestError),
        ({"messages": [5]}, simulator.BadRequestError),
        ({"max_tokens": "many"}, simulator.BadRequestError),
        ({"stream": True, "stream_options": "usage"}, simulator.BadRequestError),
        ({"stream": 5}, simulator.BadRequestError),
        ({"timeout": 0}, simulator.APITimeoutError),
        ({"timeout": float("nan")}, simulator.APITimeoutError),
        ({"timeout": -1, "stream": True}, simulator.APITimeoutError),
    ],
)
def test_a_bad_call_raises_the_right_api_error(change: dict[str, Any], kind: type[simulator.APIError]) -> None:
    with pytest.raises(kind) as caught:
        call(Engine(), **change)
    assert type(caught.value) is kind
    assert caught.value.message


def test_a_timeout_that_is_no_number_is_a_mistake_in_the_program() -> None:
    with pytest.raises(TypeError, match="timeout is 'soon'; give seconds"):
        call(Engine(), timeout="soon")


def test_a_timeout_may_be_none_or_an_object_with_a_read_timeout() -> None:
    class Timeout:
        read = 600.0

    assert call(Engine(), timeout=None).choices
    assert call(Engine(), timeout=Timeout()).choices
    assert Client(engine=Engine(), timeout=None).chat.completions.create(model="lumen-mid", messages=MESSAGES)


def test_an_error_carries_what_openais_carries() -> None:
    with pytest.raises(simulator.APIStatusError) as caught:
        call(Engine(), model="lumen-mit")
    error = caught.value
    assert (error.status_code, error.code, error.type) == (404, "model_not_found", "invalid_request_error")
    assert error.request_id == error.response.headers["x-request-id"]
    assert str(error).startswith("Error code: 404 - ")


def serve_here(answer: Any, **more: Any) -> list[AttemptEntry]:
    serve(answer, **more)
    engine = session.current_engine()
    assert isinstance(engine, Engine)
    return engine.ledger.attempts


def test_the_ledger_says_what_happened_attempt_by_attempt(apart: Path) -> None:
    client = Client(timeout=4.0)
    seen: list[tuple[Any, ...]] = []

    def answer(request: Request) -> None:
        for attempt in (1, 2, 3):
            sent_ns, answered = time.time_ns(), None
            error = None
            try:
                answered = client.chat.completions.create(model=request.model, messages=request.messages)
            except simulator.APIError as failed:
                error = failed.code
            seen.append((request.id, attempt, sent_ns, time.time_ns(), request.model, error, answered))
            if answered:
                return
            time.sleep(attempt)
        raise simulator.APIError("gave up")

    attempts = serve_here(answer)
    assert [(a.request_id, a.number, a.sent_at_ns, a.ended_at_ns, a.model, a.error) for a in attempts] == [
        one[:6] for one in seen
    ]
    for entry, (*_, answered) in zip(attempts, seen, strict=True):
        assert (entry.status == 200) == (answered is not None)
        if answered:
            told = (entry.response_id, entry.answered_by, entry.finish_reason, entry.input_tokens, entry.output_tokens)
            usage = answered.usage
            got = (answered.id, answered.model, answered.choices[0].finish_reason)
            assert told == (*got, usage.prompt_tokens, usage.completion_tokens)
    kinds = {entry.error for entry in attempts} | {entry.finish_reason for entry in attempts}
    assert kinds == {None, "timeout", "rate_limit_exceeded", "server_error", "stop", "length"}
    waits_s = {(e.ended_at_ns - e.sent_at_ns) / clock.NS for e in attempts if e.error == "timeout"}
    assert waits_s == {4.0}
    assert {entry.number for entry in attempts} >= {1, 2}


def test_a_stream_has_the_shape_of_openais() -> None:
    with clock.simulated(START_NS):
        stream = Client(engine=Engine()).chat.completions.create(
            model="lumen-mid", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
        assert isinstance(stream, Stream)
        chunks = list(stream)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert list(stream) == []
