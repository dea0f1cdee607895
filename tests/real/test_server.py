"""`simulate serve` and the real `openai` client: everything that client can ask is answered as OpenAI would."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

from simulator import clock
from simulator.edges.openai_transport import EngineTransport
from simulator.embeddings import embed
from simulator.engine import Engine
from simulator.models import BASE_URL, MODELS
from tests.real.server import COMMAND, PATIENCE_S, Serving, serving

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Where is my order TT-12345?"}]
TOOL: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "look_up_order",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
    },
}
START_NS = 1_795_197_600_000_000_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--no-wait", "--control") as found:
        yield found


@pytest.fixture
def client(server: Serving) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="none", base_url=server.base_url, max_retries=0) as found:
        yield found


def conversation(client: openai.OpenAI) -> list[dict[str, Any]]:
    """What a client gets for some calls of every kind, as plain dictionaries."""
    found: list[dict[str, Any]] = []
    for number in range(12):
        if number % 3:
            chunks = client.chat.completions.create(
                model="lumen-small", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
            )
            found += [chunk.to_dict() for chunk in chunks]
        else:
            answer = client.chat.completions.create(model="lumen-mid", messages=MESSAGES, tools=[TOOL])
            found.append(answer.to_dict() | {"x-request-id": answer._request_id})
    return found


def test_the_same_seed_and_order_give_the_answers_of_the_engine_in_process(client: openai.OpenAI) -> None:
    transport = httpx2.Client(transport=EngineTransport(Engine()))
    with (
        clock.simulated(START_NS),
        openai.OpenAI(api_key="none", base_url=BASE_URL, max_retries=0, http_client=transport) as here,
    ):
        in_process = conversation(here)
    assert conversation(client) == in_process


def test_a_tool_is_called_and_its_result_answered(client: openai.OpenAI) -> None:
    asked = client.chat.completions.create(model="lumen-mid", messages=MESSAGES, tools=[TOOL])
    assert asked.choices[0].finish_reason == "tool_calls"
    message = asked.choices[0].message
    assert message.tool_calls is not None
    call = message.tool_calls[0]
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"order_id": "TT-12345"}
    told: list[Any] = [*MESSAGES, message, {"role": "tool", "tool_call_id": call.id, "content": '{"status": "sent"}'}]
    answered = client.chat.completions.create(model="lumen-mid", messages=told, tools=[TOOL])
    assert answered.choices[0].finish_reason == "stop"


def test_json_mode_answers_in_json(client: openai.OpenAI) -> None:
    answered = client.chat.completions.create(
        model="lumen-mid", messages=MESSAGES, response_format={"type": "json_object"}
    )
    assert isinstance(json.loads(answered.choices[0].message.content or ""), dict)


def test_models_are_listed_and_shown(client: openai.OpenAI) -> None:
    assert {model.id for model in client.models.list()} > set(MODELS)
    assert client.models.retrieve("lumen-mid").owned_by == "lumen"


def test_embeddings_arrive_as_they_were_made(client: openai.OpenAI) -> None:
    found = client.embeddings.create(model="lumen-embed", input=["a tent", "two tents"])
    assert [row.embedding for row in found.data] == [list(embed("a tent")), list(embed("two tents"))]


@pytest.mark.parametrize(
    ("change", "kind", "param"),
    [
        ({"model": "lumen-mit"}, openai.NotFoundError, "model"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"max_tokens": -1}, openai.BadRequestError, "max_tokens"),
        ({"extra_body": {"max_token": 1}}, openai.BadRequestError, "max_token"),
    ],
)
def test_a_bad_call_raises_the_error_of_its_kind(
    client: openai.OpenAI, change: dict[str, Any], kind: type[openai.APIStatusError], param: str
) -> None:
    arguments: dict[str, Any] = {"model": "lumen-mid", "messages": MESSAGES} | change
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**arguments)
    assert caught.value.param == param
    assert caught.value.request_id is not None


@pytest.mark.parametrize(
    ("incident", "kind"), [("provider_errors", openai.InternalServerError), ("rate_limits", openai.RateLimitError)]
)
def test_an_incident_switched_on_live_is_met_as_the_error_of_its_kind(
    client: openai.OpenAI, incident: str, kind: type[openai.APIStatusError]
) -> None:
    client.post("/../control/incidents", body={"name": incident, "strength": "severe"}, cast_to=object)
    long: list[Any] = [{"role": "user", "content": "tent " * 20_000}]
    with pytest.raises(kind) as caught:
        for _ in range(500):
            client.chat.completions.create(model="lumen-mid", messages=long)
    assert caught.value.request_id is not None


def test_a_refused_rate_comes_with_retry_after(client: openai.OpenAI) -> None:
    client.post("/../control/incidents", body={"name": "rate_limits", "strength": "severe"}, cast_to=object)
    long: list[Any] = [{"role": "user", "content": "tent " * 20_000}]
    with pytest.raises(openai.RateLimitError) as caught:
        for _ in range(500):
            client.chat.completions.create(model="lumen-mid", messages=long)
    assert int(caught.value.response.headers["retry-after"]) >= 1


def test_a_timeout_when_nobody_waits_is_a_broken_connection_at_once(client: openai.OpenAI, server: Serving) -> None:
    with pytest.raises(openai.APIConnectionError):
        client.chat.completions.create(model="lumen-mid", messages=MESSAGES, timeout=0.2)
    assert server.ledger()[-1]["error"] == "timeout"


def test_a_stream_that_is_cut_raises_while_it_is_read(client: openai.OpenAI, server: Serving) -> None:
    client.post("/../control/incidents", body={"name": "cut_streams", "strength": "severe"}, cast_to=object)
    with pytest.raises((openai.APIConnectionError, httpx2.RemoteProtocolError)):
        for _ in range(500):
            for _ in client.chat.completions.create(model="lumen-small", messages=MESSAGES, stream=True):
                pass
    entry = server.ledger()[-1]
    assert (entry["error"], entry["chunks_read"]) == ("stream_cut", entry["chunks"])


def test_a_timeout_in_real_time_is_the_clients_own(tmp_path: Path) -> None:
    with (
        serving(tmp_path) as server,
        openai.OpenAI(api_key="none", base_url=server.base_url, max_retries=0, timeout=0.2) as client,
    ):
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(model="lumen-large", messages=MESSAGES)
        entry = server.ledger()[-1]
        assert entry["error"] == "timeout"
        assert entry["ended_at_ns"] - entry["sent_at_ns"] == 200_000_000


def test_a_client_that_leaves_a_stream_stands_in_the_ledger(tmp_path: Path) -> None:
    with (
        serving(tmp_path) as server,
        openai.OpenAI(api_key="none", base_url=server.base_url, max_retries=0) as client,
    ):
        with client.chat.completions.create(model="lumen-small", messages=MESSAGES, stream=True) as stream:
            for read, _ in enumerate(stream, 1):
                if read == 5:
                    break
        while not (entries := server.ledger()):
            client.models.list()
        assert 5 <= entries[-1]["chunks_read"] < entries[-1]["chunks"]


def test_ctrl_c_ends_the_server_and_closes_streams_in_the_ledger(tmp_path: Path) -> None:
    with serving(tmp_path) as server, openai.OpenAI(api_key="none", base_url=server.base_url) as client:
        stream = client.chat.completions.create(model="lumen-small", messages=MESSAGES, stream=True)
        next(stream)
        server.program.send_signal(signal.SIGINT)
        assert server.program.wait(PATIENCE_S) == 0
        assert 1 <= server.ledger()[-1]["chunks_read"] < server.ledger()[-1]["chunks"]


def test_it_says_in_one_line_where_it_is_and_refuses_a_taken_port(server: Serving) -> None:
    port = str(server.port)
    second = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.splitlines() == [
        f"simulate serve: port {port} is in use. Choose another one: simulate serve --port {server.port + 1}"
    ]
