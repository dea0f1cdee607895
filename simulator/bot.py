"""The reference bot: serves a customer request and records the six signals of every call, as the course teaches it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from opentelemetry import _logs, metrics, trace
from opentelemetry.trace import SpanKind

from simulator.bot_signals import Read, Signals
from simulator.client import Client
from simulator.errors import APIError, APIStatusError
from simulator.run import Request
from simulator.services import Document

MOST_FAILURES = 3
"""Failed calls after which the bot gives up."""
MOST_REPEATS = 5
"""How often it asks again when an answer cannot be parsed."""
MOST_LOOK_UPS = 8
"""Order look-ups after which it offers the model no tool any more."""
TIMEOUT_S = 60.0

LOOK_UP: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "look_up_order",
        "description": "Status and day of delivery of an order.",
        "parameters": {
            "type": "object",
            "properties": {"order_id": {"type": "string"}},
            "required": ["order_id"],
        },
    },
}


class Bot:
    """The support bot of Tarn & Trail, instrumented by hand."""

    def __init__(self, client: Client, signals: Signals) -> None:
        """Take the client to ask and what to record with."""
        self._client, self._signals, self._tracer = client, signals, signals.tracer

    def answer(self, request: Request) -> dict[str, Any] | None:
        """Answer a customer; None if no answer could be parsed.

        Raises:
            APIError: after the third failed call.
        """
        attributes = {"http.request.method": "POST", "http.route": "/support", "app.tenant": request.tenant}
        with self._tracer.start_as_current_span("POST /support", kind=SpanKind.SERVER, attributes=attributes) as span:
            self._retrieve(request)
            try:
                found = self._converse(request)
            except APIError:
                span.set_attribute("http.response.status_code", 502)
                raise
            span.set_attribute("http.response.status_code", 200)
            return found

    def _retrieve(self, request: Request) -> list[Document]:
        with self._tracer.start_as_current_span("retrieval handbook", kind=SpanKind.CLIENT) as span:
            span.set_attribute("gen_ai.operation.name", "retrieval")
            found = self._client.search(request.question)
            if found:
                span.set_attribute("gen_ai.data_source.id", found[0].index)
            span.set_attribute("app.retrieval.documents", [document.name for document in found])
        with self._tracer.start_as_current_span("rerank"):
            return self._client.rerank(request.question, found)

    def _converse(self, request: Request) -> dict[str, Any] | None:
        messages: list[Any] = list(request.messages)
        failures = repeats = look_ups = attempts = 0
        while True:
            attempts += 1
            tools = [LOOK_UP] if request.prompt.name == "order-status" and look_ups < MOST_LOOK_UPS else None
            try:
                read = self._ask(request, messages, tools, attempts)
            except APIError as error:
                failures += 1
                if failures == MOST_FAILURES:
                    raise
                time.sleep(max(failures, _pause_s(error)))
                continue
            if read.call_id:
                look_ups += 1
                messages += self._look_up(read)
                continue
            found = self._parse(read)
            if found is not None or repeats == MOST_REPEATS:
                return found
            repeats += 1

    def _ask(self, request: Request, messages: Sequence[Any], tools: list[Any] | None, attempt: int) -> Read:
        with self._signals.call(request, attempt) as read:
            stream = self._client.chat.completions.create(
                model=request.model,
                messages=messages,
                stream=True,
                stream_options={"include_usage": True},
                timeout=TIMEOUT_S,
                **({"tools": tools} if tools else {}),
            )
            for chunk in stream:
                read.take_in(chunk)
        return read

    def _look_up(self, read: Read) -> list[dict[str, Any]]:
        function = {"name": LOOK_UP["function"]["name"], "arguments": read.arguments}
        with self._tracer.start_as_current_span("execute_tool look_up_order") as span:
            span.set_attribute("gen_ai.operation.name", "execute_tool")
            span.set_attribute("gen_ai.tool.name", "look_up_order")
            span.set_attribute("gen_ai.tool.call.id", read.call_id)
            order = self._client.look_up(json.loads(read.arguments)["order_id"])
        call = {"id": read.call_id, "type": "function", "function": function}
        result = json.dumps(order, separators=(",", ":"))
        return [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": read.call_id, "content": result},
        ]

    def _parse(self, read: Read) -> dict[str, Any] | None:
        with self._tracer.start_as_current_span("parse answer"):
            try:
                found = json.loads(read.text)
            except ValueError:
                found = None
            whole = isinstance(found, dict) and {"answer", "order_id", "sources", "needs_human"} <= found.keys()
            self._signals.verdict("form", whole, read.id)
            return found if isinstance(found, dict) else None


def _pause_s(error: APIError) -> float:
    if isinstance(error, APIStatusError):
        return float(error.response.headers.get("retry-after", 0))
    return 0.0


def no_signals() -> Signals:
    """Return signals that record nothing, for runs whose ledger alone is wanted."""
    return Signals(
        trace.NoOpTracerProvider().get_tracer("support-bot"),
        metrics.NoOpMeterProvider().get_meter("support-bot"),
        _logs.NoOpLoggerProvider().get_logger("support-bot"),
    )
