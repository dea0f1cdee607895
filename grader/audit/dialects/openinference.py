"""OpenInference (Arize, Phoenix), as openinference-semantic-conventions 0.1.42 has it, read on 2026-11-24."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.audit.dialect import Dialect
from grader.telemetry import Span

_FIRST_TOKEN = "First Token Stream Event"
_LONGEST = 65_536
_LLM = "LLM"
_RENAMES = {
    "openinference.span.kind": "gen_ai.operation.name",
    "llm.system": "gen_ai.provider.name",
    "llm.provider": "gen_ai.provider.name",
    "llm.model_name": "gen_ai.response.model",
    "llm.request.model_name": "gen_ai.request.model",
    "llm.response.model_name": "gen_ai.response.model",
    "llm.finish_reason": "gen_ai.response.finish_reasons",
    "llm.token_count.prompt": "gen_ai.usage.input_tokens",
    "llm.token_count.completion": "gen_ai.usage.output_tokens",
    "llm.token_count.prompt_details.cache_read": "gen_ai.usage.cache_read.input_tokens",
    "llm.token_count.prompt_details.cache_input": "gen_ai.usage.cache_read.input_tokens",
    "llm.token_count.prompt_details.cache_write": "gen_ai.usage.cache_write.input_tokens",
    "llm.token_count.completion_details.reasoning": "gen_ai.usage.reasoning.output_tokens",
    "llm.prompt_template.version": "gen_ai.prompt.version",
    "llm.prompt_template.name": "gen_ai.prompt.name",
    "llm.cost.total": "app.cost.usd",
    "llm.input_messages.N.message.content": "gen_ai.input.messages",
    "llm.output_messages.N.message.content": "gen_ai.output.messages",
    "llm.tools.N.tool.json_schema": "gen_ai.tool.definitions",
    "llm.token_count.total": "",
    "llm.invocation_parameters": "",
}


def _facts(span: Span) -> Mapping[str, Any]:
    """Read the operation, the moment of the first token, what was asked for, and an exception's type."""
    found: dict[str, Any] = {}
    kind = span.attributes.get("openinference.span.kind")
    if isinstance(kind, str):
        found["operation"] = "chat" if kind.upper() == _LLM else kind.lower()
    for event in span.events:
        if event.name == _FIRST_TOKEN:
            found |= {"first_chunk_s": (event.at_ns - span.start_ns) / 1e9, "stream": True}
    asked = _parameters(span.attributes.get("llm.invocation_parameters"))
    if isinstance(asked.get("model"), str):
        found["request_model"] = asked["model"]
    if isinstance(asked.get("stream"), bool):
        found.setdefault("stream", asked["stream"])
    return found


def _parameters(text: Any) -> Mapping[str, Any]:
    if not isinstance(text, str) or len(text) > _LONGEST:
        return {}
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


DIALECT = Dialect(
    id="openinference",
    title="OpenInference",
    rank=4,
    reads={
        "provider": ("llm.provider", "llm.system"),
        "request_model": ("llm.request.model_name",),
        "response_model": ("llm.response.model_name", "llm.model_name"),
        "finish_reasons": ("llm.finish_reason",),
        "prompt_name": ("llm.prompt_template.name",),
        "prompt_version": ("llm.prompt_template.version",),
        "input_tokens": ("llm.token_count.prompt",),
        "output_tokens": ("llm.token_count.completion",),
        "total_tokens": ("llm.token_count.total",),
        "cache_read": ("llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_input"),
        "cache_write": ("llm.token_count.prompt_details.cache_write",),
        "cost": ("llm.cost.total",),
        "prompt_text": ("llm.input_messages.N.message.content", "input.value"),
        "response_text": ("llm.output_messages.N.message.content", "output.value"),
    },
    own=frozenset(_RENAMES),
    own_prefixes=("openinference.", "llm.input_messages.", "llm.output_messages.", "llm.token_count.", "llm.cost."),
    renames=_RENAMES,
    advice={
        "llm.token_count.total": "leave it out: it is the sum of the two others",
        "llm.invocation_parameters": "one attribute a parameter: `gen_ai.request.max_tokens`, `.temperature`, "
        "`.stream`",
    },
    facts=_facts,
)
