"""OpenTelemetry's instrumentation of OpenAI's client, against the server in real time: spans and ledger agree."""

import json
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from tests.real.server import serving

SPEED = 2
LATE_S = 0.3
"""Real seconds by which a busy machine may be late."""
SCRIPT = """
import json, sys
import openai
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
OpenAIInstrumentor().instrument(tracer_provider=provider)
client = openai.OpenAI(api_key="none", base_url=sys.argv[1], max_retries=0, timeout=5.0)
asked = {"model": "lumen-mid", "messages": [{"role": "user", "content": "May I return a tent?"}], "max_tokens": 60}

def switch(name, strength):
    client.post("/../control/incidents", body={"name": name, "strength": strength}, cast_to=object)

def call(number):
    if number % 3 == 0:
        client.chat.completions.create(**asked)
        return
    with client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}) as stream:
        for read, _ in enumerate(stream, 1):
            if number % 3 == 1 and read == 6:
                break

for number in range(12):
    call(number)
switch("provider_errors", "severe")
for number in range(200):
    try:
        client.chat.completions.create(**asked)
    except openai.InternalServerError:
        break
switch("provider_errors", "off")
try:
    client.with_options(timeout=0.01).chat.completions.create(**asked)
except openai.APITimeoutError:
    pass
spans = [json.loads(span.to_json()) | {"ns": span.end_time - span.start_time} for span in exporter.get_finished_spans()]
print(json.dumps(spans))
"""
ERRORS = {"server_error": "openai.InternalServerError", "timeout": "openai.APITimeoutError"}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each call's span, its attributes, and the ledger's entry; the client is a process of its own."""
    folder: Path = tmp_path_factory.mktemp("instrumented")
    with serving(folder, "--speed", str(SPEED), "--control") as server:
        ended = run(
            [sys.executable, "-c", SCRIPT, server.base_url],
            cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    # A stream that was left is in the ledger when the server notices; the order of sending is the order of spans.
    entries = sorted(server.ledger(), key=lambda entry: entry["number"])
    spans = sorted(json.loads(ended.stdout), key=lambda span: span["start_time"])
    return [(span, span["attributes"], entry) for span, entry in zip(spans, entries, strict=True)]


def test_models_ids_tokens_and_finish_reasons_agree(pairs: list[Any]) -> None:
    whole = [pair for pair in pairs if pair[2]["status"] == 200 and pair[2]["chunks_read"] == pair[2]["chunks"]]
    assert {entry["streamed"] for _, _, entry in whole} == {True, False}
    for span, told, entry in whole:
        assert span["name"] == f"chat {entry['model']}"
        assert told["gen_ai.response.model"] == entry["answered_by"]
        assert told["gen_ai.response.id"] == entry["response_id"]
        assert told["gen_ai.response.finish_reasons"] == [entry["finish_reason"]]
        assert told["gen_ai.usage.input_tokens"] == entry["input_tokens"]
        assert told["gen_ai.usage.output_tokens"] == entry["output_tokens"]
        assert told["server.address"] == "127.0.0.1"


def test_a_span_lasts_as_long_as_the_ledger_says(pairs: list[Any]) -> None:
    whole = [pair for pair in pairs if pair[2]["status"] == 200 and pair[2]["chunks_read"] == pair[2]["chunks"]]
    for span, _, entry in whole:
        real_s = (entry["ended_at_ns"] - entry["sent_at_ns"]) / 1e9 / SPEED
        assert real_s <= span["ns"] / 1e9 < real_s + LATE_S


def test_the_first_chunk_comes_when_the_ledger_says(pairs: list[Any]) -> None:
    streams = [(told, entry) for _, told, entry in pairs if entry["streamed"]]
    assert len(streams) == 8
    for told, entry in streams:
        first_s = (entry["first_chunk_at_ns"] - entry["sent_at_ns"]) / 1e9 / SPEED
        assert first_s <= told["gen_ai.response.time_to_first_chunk"] < first_s + LATE_S


def test_a_stream_that_was_left_was_read_at_least_as_far_as_the_client_says(pairs: list[Any]) -> None:
    left = [(told, entry) for _, told, entry in pairs if entry["chunks_read"] < entry["chunks"]]
    assert len(left) == 4
    for told, entry in left:
        assert entry["chunks_read"] >= 6
        assert "gen_ai.usage.output_tokens" not in told


def test_errors_agree(pairs: list[Any]) -> None:
    failed = {entry["error"]: told["error.type"] for _, told, entry in pairs if entry["status"] != 200}
    assert failed == ERRORS
