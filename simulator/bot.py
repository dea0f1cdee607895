"""The reference bot: serves a customer request and records the six signals of every call, as the course teaches it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer

from simulator.client import Client
from simulator.errors import APIError, APIStatusError
from simulator.models import ALIASES, PROVIDER, find_model
from simulator.prices import cost_usd as cost_of
from simulator.prices import price_at
from simulator.responses import Usage
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


@dataclass(slots=True)
class _Read:
    """What was read of a stream so far; `answered_by` and `usage` come late or never."""

    text: str = ""
    call_id: str = ""
    arguments: str = ""
    id: str = ""
    answered_by: str = ""
    reason: str | None = None
    usage: Usage | None = None
    first_s: float | None = None


class Bot:
    """The support bot of Tarn & Trail, instrumented by hand."""

    def __init__(self, client: Client, tracer: Tracer) -> None:
        """Take the client to ask and the tracer to record with."""
        self._client, self._tracer = client, tracer

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

    def _ask(self, request: Request, messages: Sequence[Any], tools: list[Any] | None, attempt: int) -> _Read:
        with self._tracer.start_as_current_span(f"chat {request.model}", kind=SpanKind.CLIENT) as span:
            if span.is_recording():
                describe_request(span, request, attempt)
            more = {"tools": tools} if tools else {}
            began_s, read = time.perf_counter(), _Read()
            try:
                stream = self._client.chat.completions.create(
                    model=request.model,
                    messages=messages,
                    stream=True,
                    stream_options={"include_usage": True},
                    timeout=TIMEOUT_S,
                    **more,
                )
                for chunk in stream:
                    _take_in(read, chunk, began_s)
            except APIError as error:
                span.set_attribute("error.type", _error_type(error))
                span.set_status(StatusCode.ERROR, str(error))
                raise
            if span.is_recording():
                describe_response(span, read, request.at_ns)
            return read

    def _look_up(self, read: _Read) -> list[dict[str, Any]]:
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

    def _parse(self, read: _Read) -> dict[str, Any] | None:
        with self._tracer.start_as_current_span("parse answer") as span:
            try:
                found = json.loads(read.text)
            except ValueError:
                found = None
            whole = isinstance(found, dict) and {"answer", "order_id", "sources", "needs_human"} <= found.keys()
            verdict = "pass" if whole else "fail"
            span.add_event(
                "gen_ai.evaluation.result",
                {"gen_ai.evaluation.name": "form", "gen_ai.evaluation.score.label": verdict},
            )
            return found if isinstance(found, dict) else None


def _take_in(read: _Read, chunk: Any, began_s: float) -> None:
    if read.first_s is None:
        read.first_s = time.perf_counter() - began_s
        read.id, read.answered_by = chunk.id, chunk.model
    read.usage = chunk.usage or read.usage
    for choice in chunk.choices:
        read.text += choice.delta.content or ""
        read.reason = choice.finish_reason or read.reason
        for call in choice.delta.tool_calls or ():
            read.call_id = call.id or read.call_id
            read.arguments += call.function.arguments


def _pause_s(error: APIError) -> float:
    if isinstance(error, APIStatusError):
        return float(error.response.headers.get("retry-after", 0))
    return 0.0


def _error_type(error: APIError) -> str:
    return str(error.status_code) if isinstance(error, APIStatusError) else type(error).__name__


def describe_request(span: Span, request: Request, attempt: int) -> None:
    """Write onto a span what is known before the answer."""
    span.set_attributes(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": PROVIDER,
            "gen_ai.request.model": request.model,
            "gen_ai.request.stream": True,
            "gen_ai.prompt.name": request.prompt.name,
            "gen_ai.prompt.version": request.prompt.version,
            "app.prompt.hash": hashlib.sha256(request.prompt.template.encode()).hexdigest(),
            "app.attempt": attempt,
        }
    )


def describe_response(span: Span, read: _Read, at_ns: int) -> None:
    """Write onto a span what was answered, what it took, and what it cost."""
    message = {"role": "assistant", "parts": [{"type": "text", "content": read.text}]}
    span.set_attributes(
        {
            "gen_ai.response.id": read.id,
            "gen_ai.response.model": read.answered_by,
            "gen_ai.response.finish_reasons": [read.reason or ""],
            "gen_ai.output.messages": json.dumps([message]),
        }
    )
    if read.first_s is not None:
        span.set_attribute("gen_ai.response.time_to_first_chunk", read.first_s)
    if read.usage is None:
        return
    cached = read.usage.prompt_tokens_details.cached_tokens
    tokens = (read.usage.prompt_tokens, cached, read.usage.completion_tokens)
    names = ("gen_ai.usage.input_tokens", "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.output_tokens")
    span.set_attributes(dict(zip(names, tokens, strict=True)))
    found = find_model(read.answered_by)
    price = price_at(found[0].alias, at_ns) if found else None
    if found is None or price is None:
        span.set_attribute("app.cost.missing_reason", "no price for this model")
    else:
        span.set_attribute("app.cost.usd", float(cost_of(ALIASES.index(found[0].alias), at_ns, tokens)))
        span.set_attribute("app.cost.price_date", price.since.isoformat())


def no_tracer() -> Tracer:
    """Return a tracer that records nothing, for runs whose ledger alone is wanted."""
    return trace.NoOpTracerProvider().get_tracer("support-bot")
