"""The six signals of a call to the model, recorded by hand: one span, two histograms, and an event for a verdict."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry._logs import Logger, LogRecord
from opentelemetry.metrics import Meter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer

from simulator.errors import APIError, APIStatusError
from simulator.models import ALIASES, PROVIDER, find_model
from simulator.prices import cost_usd, price_at
from simulator.responses import ChatCompletionChunk, Usage
from simulator.run import Request


@dataclass(slots=True)
class Read:
    """What was read of a stream so far; id, usage, reason and `first_s` (to the first chunk) come late or never."""

    began_s: float = field(default_factory=time.perf_counter)
    text: str = ""
    call_id: str = ""
    arguments: str = ""
    id: str = ""
    answered_by: str = ""
    reason: str | None = None
    usage: Usage | None = None
    first_s: float | None = None

    def take_in(self, chunk: ChatCompletionChunk) -> None:
        """Add one chunk."""
        if self.first_s is None:
            self.first_s = time.perf_counter() - self.began_s
            self.id, self.answered_by = chunk.id, chunk.model
        self.usage = chunk.usage or self.usage
        for choice in chunk.choices:
            self.text += choice.delta.content or ""
            self.reason = choice.finish_reason or self.reason
            for call in choice.delta.tool_calls or ():
                self.call_id = call.id or self.call_id
                self.arguments += call.function.arguments


class Signals:
    """What the bot records with."""

    def __init__(self, tracer: Tracer, meter: Meter, logger: Logger) -> None:
        """Take tracer, meter and logger; the histograms have the convention's names and units."""
        self.tracer, self._logger = tracer, logger
        self._tokens = meter.create_histogram("gen_ai.client.token.usage", unit="{token}")
        self._seconds = meter.create_histogram("gen_ai.client.operation.duration", unit="s")

    @contextmanager
    def call(self, request: Request, attempt: int) -> Iterator[Read]:
        """Record one attempt, from before it is sent until its last chunk is read or it has failed."""
        with self.tracer.start_as_current_span(f"chat {request.model}", kind=SpanKind.CLIENT) as span:
            read, error = Read(), ""
            _describe_request(span, request, attempt)
            try:
                yield read
            except APIError as failure:
                error = str(failure.status_code) if isinstance(failure, APIStatusError) else type(failure).__name__
                span.set_attribute("error.type", error)
                span.set_status(StatusCode.ERROR, str(failure))
                raise
            finally:
                _describe_response(span, read, request.at_ns)
                self._count(request, read, error)

    def _count(self, request: Request, read: Read, error: str) -> None:
        named = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": PROVIDER,
            "gen_ai.request.model": request.model,
        }
        failed = {"error.type": error} if error else {}
        self._seconds.record(time.perf_counter() - read.began_s, named | failed)
        if read.usage is not None:
            self._tokens.record(read.usage.prompt_tokens, named | {"gen_ai.token.type": "input"})
            self._tokens.record(read.usage.completion_tokens, named | {"gen_ai.token.type": "output"})

    def verdict(self, name: str, passed: bool, response_id: str) -> None:
        """Record what a rule says of an answer, tied to the span under way."""
        attributes = {
            "gen_ai.evaluation.name": name,
            "gen_ai.evaluation.score.label": "pass" if passed else "fail",
            "gen_ai.response.id": response_id,
        }
        self._logger.emit(LogRecord(event_name="gen_ai.evaluation.result", attributes=attributes))


def _describe_request(span: Span, request: Request, attempt: int) -> None:
    if not span.is_recording():
        return
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


def _describe_response(span: Span, read: Read, at_ns: int) -> None:
    if not span.is_recording() or read.first_s is None:
        return
    message: dict[str, Any] = {"role": "assistant", "parts": [{"type": "text", "content": read.text}]}
    span.set_attributes(
        {
            "gen_ai.response.id": read.id,
            "gen_ai.response.model": read.answered_by,
            "gen_ai.response.time_to_first_chunk": read.first_s,
            "gen_ai.output.messages": json.dumps([message]),
        }
    )
    if read.reason is not None:
        span.set_attribute("gen_ai.response.finish_reasons", [read.reason])
    if read.usage is not None:
        _describe_cost(span, read.answered_by, read.usage, at_ns)


def _describe_cost(span: Span, answered_by: str, usage: Usage, at_ns: int) -> None:
    cached = usage.prompt_tokens_details.cached_tokens
    span.set_attribute("gen_ai.usage.input_tokens", usage.prompt_tokens)
    span.set_attribute("gen_ai.usage.cache_read.input_tokens", cached)
    span.set_attribute("gen_ai.usage.output_tokens", usage.completion_tokens)
    found = find_model(answered_by)
    price = price_at(found[0].alias, at_ns) if found else None
    if found is None or price is None:
        span.set_attribute("app.cost.missing_reason", "no price for this model")
        return
    tokens = (usage.prompt_tokens, cached, usage.completion_tokens)
    span.set_attribute("app.cost.usd", float(cost_usd(ALIASES.index(found[0].alias), at_ns, tokens)))
    span.set_attribute("app.cost.price_date", price.since.isoformat())
