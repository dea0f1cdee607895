"""OpenAI's own client on the engine: its answers, errors and timeouts are ours, on simulated time."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from simulator import Client, clock, serve, session
from simulator.edges.openai_transport import openai_client
from simulator.engine import Engine
from simulator.run import Request

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello"}]
START_NS = 1_795_200_000_000_000_000


@pytest.fixture(autouse=True)
def simulated(apart: Path) -> Iterator[None]:
    with clock.simulated(START_NS):
        yield


def entry() -> Any:
    engine = session.current_engine()
    assert isinstance(engine, Engine)
    return engine.ledger.attempts[-1]


def test_an_answer_is_the_one_our_client_gets() -> None:
    theirs = openai_client().chat.completions.create(model="lumen-mid", messages=MESSAGES)
    took_ns = time.time_ns() - START_NS
    clock.set_now_ns(START_NS)
    ours = Client(engine=Engine()).chat.completions.create(model="lumen-mid", messages=[dict(MESSAGES[0])])
    assert theirs.usage is not None
    assert (theirs.id, theirs.model, theirs.created) == (ours.id, ours.model, ours.created)
    assert theirs.choices[0].message.content == ours.choices[0].message.content
    assert theirs.usage.total_tokens == ours.usage.total_tokens
    assert theirs._request_id is not None
    assert entry().ended_at_ns - entry().sent_at_ns == took_ns > 0


def test_chunks_move_the_clock_as_they_are_read() -> None:
    stream = openai_client().chat.completions.create(
        model="lumen-mid", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    assert time.time_ns() == START_NS
    read_ns = []
    usage = None
    for chunk in stream:
        read_ns.append(time.time_ns())
        usage = chunk.usage
    assert read_ns[0] == entry().first_chunk_at_ns
    assert read_ns == sorted(read_ns)
    assert len(set(read_ns)) == entry().output_tokens
    assert usage is not None
    assert (entry().chunks_read, entry().ended_at_ns) == (entry().chunks, read_ns[-1])


def test_an_abandoned_stream_stands_in_the_ledger() -> None:
    with openai_client().chat.completions.create(model="lumen-mid", messages=MESSAGES, stream=True) as stream:
        for _, _ in zip(range(3), stream, strict=False):
            pass
    assert (entry().chunks_read, entry().ended_at_ns) == (3, time.time_ns())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"model": "lumen-mit"}, openai.NotFoundError),
        ({"model": 5}, openai.BadRequestError),
        ({"messages": []}, openai.BadRequestError),
        ({"max_tokens": 0}, openai.BadRequestError),
        ({"stream_options": "usage", "stream": True}, openai.BadRequestError),
        ({"timeout": 0}, openai.APITimeoutError),
        ({"timeout": 0.001, "stream": True}, openai.APITimeoutError),
    ],
)
def test_a_bad_call_raises_openais_error(change: dict[str, Any], kind: type[openai.APIError]) -> None:
    arguments: dict[str, Any] = {"model": "lumen-mid", "messages": MESSAGES} | change
    with pytest.raises(kind):
        openai_client().chat.completions.create(**arguments)


def test_an_error_carries_request_id_code_and_pause() -> None:
    caught: list[openai.APIStatusError] = []

    def answer(request: Request) -> None:
        try:
            openai_client().chat.completions.create(model=request.model, messages=MESSAGES)
        except openai.APIStatusError as error:
            caught.append(error)

    clock.set_now_ns(None)
    serve(answer)
    refused = next(error for error in caught if error.status_code == 429)
    assert isinstance(refused, openai.RateLimitError)
    assert refused.response.headers["retry-after"] == "1"
    assert refused.code == "rate_limit_exceeded"
    assert refused.request_id == refused.response.headers["x-request-id"]
    assert any(isinstance(error, openai.InternalServerError) for error in caught)


def test_a_timeout_comes_after_so_much_simulated_time() -> None:
    with pytest.raises(openai.APITimeoutError):
        openai_client(timeout=0.05).chat.completions.create(model="lumen-large", messages=MESSAGES)
    assert time.time_ns() - START_NS == 50_000_000
    assert entry().error == "timeout"


def test_no_timeout_waits_for_the_answer() -> None:
    assert openai_client(timeout=None).chat.completions.create(model="lumen-large", messages=MESSAGES).choices


def test_the_clients_own_retries_pause_in_simulated_time() -> None:
    clock.set_now_ns(None)

    def answer(request: Request) -> None:
        messages: Any = request.messages
        openai_client(max_retries=5).chat.completions.create(model=request.model, messages=messages)

    serve(answer)
    engine = session.current_engine()
    assert isinstance(engine, Engine)
    assert {request.outcome for request in engine.ledger.requests} == {"answered"}
    pairs = zip(engine.ledger.attempts, engine.ledger.attempts[1:], strict=False)
    after_429 = [b.sent_at_ns - a.ended_at_ns for a, b in pairs if a.status == 429]
    assert after_429
    assert set(after_429) == {clock.NS}


def test_another_endpoint_is_not_found() -> None:
    with pytest.raises(openai.NotFoundError, match="Unknown request URL: POST /v1/embeddings"):
        openai_client().embeddings.create(model="lumen-mid", input="x")
    with pytest.raises(openai.NotFoundError, match="Unknown request URL: GET /v1/models"):
        openai_client().models.list()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_a_bad_request(content: bytes) -> None:
    transport = openai_client()._client._transport
    request = httpx2.Request("POST", "https://api.lumen.example/v1/chat/completions", content=content)
    assert transport.handle_request(request).status_code == 400
