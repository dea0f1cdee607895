"""OpenLLMetry (Traceloop), as opentelemetry-semantic-conventions-ai 0.5.1 has it, read on 2026-11-24.

Until 0.4 it named prompts one by one (`gen_ai.prompt.0.content`) and more in `llm.*`; since 0.5 it speaks
OpenTelemetry's names beside a few of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.audit.dialect import Dialect
from grader.telemetry import Span

_CHUNKS = ("gen_ai.content.completion.chunk", "llm.content.completion.chunk")
_OPERATIONS = {"chat": "chat", "completion": "text_completion", "embedding": "embeddings", "rerank": "rerank"}
_RENAMES = {
    "llm.request.type": "gen_ai.operation.name",
    "llm.is_streaming": "gen_ai.request.stream",
    "gen_ai.is_streaming": "gen_ai.request.stream",
    "llm.vendor": "gen_ai.provider.name",
    "llm.request.model": "gen_ai.request.model",
    "llm.response.model": "gen_ai.response.model",
    "llm.usage.prompt_tokens": "gen_ai.usage.input_tokens",
    "llm.usage.completion_tokens": "gen_ai.usage.output_tokens",
    "llm.usage.reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.cache_read_input_tokens": "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens": "gen_ai.usage.cache_write.input_tokens",
    "llm.response.finish_reason": "gen_ai.response.finish_reasons",
    "gen_ai.response.finish_reason": "gen_ai.response.finish_reasons",
    "gen_ai.response.stop_reason": "gen_ai.response.finish_reasons",
    "gen_ai.prompt.N.content": "gen_ai.input.messages",
    "gen_ai.prompt.N.role": "gen_ai.input.messages",
    "gen_ai.completion.N.content": "gen_ai.output.messages",
    "gen_ai.completion.N.role": "gen_ai.output.messages",
    "gen_ai.completion.N.finish_reason": "gen_ai.response.finish_reasons",
    "llm.request.functions.N.name": "gen_ai.tool.definitions",
    "llm.user": "user.id",
    "gen_ai.user": "user.id",
    "gen_ai.request.reasoning_effort": "gen_ai.request.reasoning.level",
    "gen_ai.request.max_completion_tokens": "gen_ai.request.max_tokens",
    "gen_ai.request.n": "gen_ai.request.choice.count",
    "gen_ai.openai.api_base": "server.address",
    "traceloop.prompt.key": "gen_ai.prompt.name",
    "traceloop.prompt.version": "gen_ai.prompt.version",
    "traceloop.association.properties.session_id": "gen_ai.conversation.id",
    "traceloop.association.properties.user_id": "user.id",
    "llm.usage.total_tokens": "",
    "gen_ai.usage.total_tokens": "",
    "gen_ai.headers": "",
    "llm.headers": "",
}
_SUM = "leave it out: it is the sum of the two others"
_HEADERS = "leave it out: headers can hold keys"


def _facts(span: Span) -> Mapping[str, Any]:
    """Read the operation, and the moment of the first chunk."""
    found: dict[str, Any] = {}
    kind = span.attributes.get("llm.request.type")
    if isinstance(kind, str):
        found["operation"] = _OPERATIONS.get(kind.lower(), kind.lower())
    chunks = [event.at_ns for event in span.events if event.name in _CHUNKS]
    if chunks:
        found |= {"first_chunk_s": (min(chunks) - span.start_ns) / 1e9, "stream": True}
    return found


DIALECT = Dialect(
    id="openllmetry",
    title="OpenLLMetry",
    rank=3,
    reads={
        "provider": ("llm.vendor",),
        "request_model": ("llm.request.model",),
        "response_model": ("llm.response.model",),
        "finish_reasons": (
            "gen_ai.response.finish_reason",
            "gen_ai.response.stop_reason",
            "llm.response.finish_reason",
            "gen_ai.completion.N.finish_reason",
        ),
        "prompt_name": ("traceloop.prompt.key",),
        "prompt_version": ("traceloop.prompt.version", "traceloop.prompt.version_hash"),
        "input_tokens": ("llm.usage.prompt_tokens",),
        "output_tokens": ("llm.usage.completion_tokens",),
        "total_tokens": ("gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
        "cache_read": ("gen_ai.usage.cache_read_input_tokens",),
        "cache_write": ("gen_ai.usage.cache_creation_input_tokens",),
        "stream": ("gen_ai.is_streaming", "llm.is_streaming"),
        "user": ("gen_ai.user", "llm.user", "traceloop.association.properties.user_id"),
        "conversation": ("traceloop.association.properties.session_id",),
        "prompt_text": ("gen_ai.prompt.N.content",),
        "response_text": ("gen_ai.completion.N.content",),
    },
    own=frozenset(_RENAMES),
    own_prefixes=("traceloop.", "gen_ai.prompt.N.", "gen_ai.completion.N.", "llm.request.functions."),
    renames=_RENAMES,
    advice={
        "llm.usage.total_tokens": _SUM,
        "gen_ai.usage.total_tokens": _SUM,
        "gen_ai.headers": _HEADERS,
        "llm.headers": _HEADERS,
    },
    facts=_facts,
)
