"""Asks a model five times, and is instrumented by what its first argument names; the test runs it in a venv of its own.

The second argument is the server's base address; telemetry goes where OTEL_EXPORTER_OTLP_ENDPOINT says.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import openai
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

MODULES = {
    "official": "opentelemetry.instrumentation.genai.openai",
    "openinference": "openinference.instrumentation.openai",
    "openllmetry": "opentelemetry.instrumentation.openai",
}
QUESTION = "May I return a tent? Mail me at kim.doe@example.com."
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up_order",
        "description": "Find an order",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}},
    },
}


def main(which: str, base_url: str) -> None:
    """Ask plainly, as a stream with and without usage, with tools, and for a model that nobody has."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    importlib.import_module(MODULES[which.partition("-")[0]]).OpenAIInstrumentor().instrument(tracer_provider=provider)
    client: Any = openai.OpenAI(api_key="none", base_url=base_url, max_retries=0)
    asked: dict[str, Any] = {
        "model": "lumen-mid",
        "messages": [{"role": "user", "content": QUESTION}],
        "max_tokens": 60,
    }
    client.chat.completions.create(**asked)
    for options in ({}, {"stream_options": {"include_usage": True}}):
        for _ in client.chat.completions.create(**asked, stream=True, **options):
            pass
    client.chat.completions.create(**asked, tools=[TOOL])
    try:
        client.chat.completions.create(**{**asked, "model": "nobody-has-it"})
    except openai.APIStatusError as error:
        print(error.status_code)
    provider.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
