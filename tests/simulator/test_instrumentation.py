"""OpenTelemetry's current instrumentation of OpenAI's client, unchanged: its spans agree with the ledger."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulator.conftest import lines_of, run_script
from tests.simulator.otlp import attributes, read

SCRIPT = """
import time
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from simulator import record, serve
from simulator.edges.openai_transport import openai_client
record("06")
OpenAIInstrumentor().instrument()
client = openai_client(timeout=5.0)

def answer(request):
    number = int(request.id[2:])
    asked = {"model": request.model, "messages": request.messages, "temperature": 0.5}
    if number % 3 == 0:
        client.chat.completions.create(**asked)
        return
    with client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}) as stream:
        for read, chunk in enumerate(stream, start=1):
            if number % 3 == 1 and read == 6:
                break

serve(answer)
"""
ERRORS = {
    "timeout": "openai.APITimeoutError",
    "rate_limit_exceeded": "openai.RateLimitError",
    "server_error": "openai.InternalServerError",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("instrumented")
    run_script(made, SCRIPT)
    return made / "runs" / "06"


@pytest.fixture(scope="module")
def pairs(folder: Path) -> list[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Each attempt's span, its attributes, and the ledger's entry."""
    requests = [read(line) for line in (folder / "telemetry.jsonl").read_text(encoding="utf-8").splitlines()]
    spans = [
        span
        for request in requests
        for resource in getattr(request, "resource_spans", ())
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    attempts = [line for line in lines_of(folder / "ledger.jsonl") if line["kind"] == "attempt"]
    return [(span, attributes(span.attributes), entry) for span, entry in zip(spans, attempts, strict=True)]


def test_every_attempt_has_its_span_from_start_to_end(pairs: list[Any]) -> None:
    assert len(pairs) == 120
    for span, _, entry in pairs:
        assert span.start_time_unix_nano == entry["sent_at_ns"]
        assert span.end_time_unix_nano == entry["ended_at_ns"]


def test_models_tokens_and_finish_reasons_agree(pairs: list[Any]) -> None:
    whole = [pair for pair in pairs if pair[2]["status"] == 200 and pair[2]["chunks_read"] == pair[2]["chunks"]]
    assert {entry["streamed"] for _, _, entry in whole} == {True, False}
    assert {entry["finish_reason"] for _, _, entry in whole} == {"stop", "length"}
    for span, told, entry in whole:
        assert span.name == f"chat {entry['model']}"
        assert told["gen_ai.request.model"] == entry["model"]
        assert told["gen_ai.response.model"] == entry["answered_by"]
        assert told["gen_ai.response.id"] == entry["response_id"]
        assert told["gen_ai.response.finish_reasons"] == [entry["finish_reason"]]
        assert told["gen_ai.usage.input_tokens"] == entry["input_tokens"]
        assert told["gen_ai.usage.output_tokens"] == entry["output_tokens"]
        assert told["server.address"] == "api.lumen.example"
        assert span.status.code == 0


def test_an_abandoned_stream_tells_no_tokens(pairs: list[Any]) -> None:
    left = [(told, entry) for _, told, entry in pairs if entry["streamed"] and entry["chunks_read"] == 6]
    assert len(left) > 20
    for told, entry in left:
        assert "gen_ai.usage.output_tokens" not in told
        assert told["gen_ai.response.model"] == entry["answered_by"]


def test_errors_agree(pairs: list[Any]) -> None:
    failed = [(span, told, entry) for span, told, entry in pairs if entry["status"] != 200]
    assert {entry["error"] for _, _, entry in failed} >= {"rate_limit_exceeded", "server_error"}
    for span, told, entry in failed:
        assert told["error.type"] == ERRORS[entry["error"]]
        assert span.status.code == 2
    assert all("error.type" not in told for _, told, entry in pairs if entry["status"] == 200)


def test_streams_tell_the_time_to_their_first_chunk(pairs: list[Any]) -> None:
    streams = [(told, entry) for _, told, entry in pairs if entry["streamed"]]
    assert len(streams) > 60
    for told, entry in streams:
        first_s = (entry["first_chunk_at_ns"] - entry["sent_at_ns"]) / 1e9
        assert told["gen_ai.response.time_to_first_chunk"] == pytest.approx(first_s, abs=1e-6)


def test_a_second_process_repeats_it_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    run_script(tmp_path, SCRIPT)
    for name in ("telemetry.jsonl", "ledger.jsonl"):
        assert (tmp_path / "runs" / "06" / name).read_bytes() == (folder / name).read_bytes()
