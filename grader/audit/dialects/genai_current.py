"""OpenTelemetry's GenAI conventions as of 2026-11-23: core v1.37 to v1.41.1, and the repository that came after."""

from __future__ import annotations

from grader.audit.dialect import Dialect
from grader.conventions import TYPES

_SHARED = """
    operation.name request.model request.temperature request.top_p request.top_k request.max_tokens
    request.stop_sequences request.frequency_penalty request.presence_penalty request.seed request.choice.count
    request.encoding_formats response.id response.model response.finish_reasons usage.input_tokens usage.output_tokens
    token.type tool.call.id tool.name tool.description tool.type agent.id agent.name agent.description
"""
"""Names that the generations before (core v1.27 to v1.36) had already: they tell nothing about the generation."""

_CACHE_WRITE = "gen_ai.usage.cache_write.input_tokens"

DIALECT = Dialect(
    id="genai",
    title="OpenTelemetry GenAI, current",
    rank=1,
    reads={
        "operation": ("gen_ai.operation.name",),
        "provider": ("gen_ai.provider.name",),
        "request_model": ("gen_ai.request.model",),
        "response_model": ("gen_ai.response.model",),
        "response_id": ("gen_ai.response.id",),
        "finish_reasons": ("gen_ai.response.finish_reasons",),
        "prompt_name": ("gen_ai.prompt.name",),
        "prompt_version": ("gen_ai.prompt.version", "app.prompt.hash"),
        "input_tokens": ("gen_ai.usage.input_tokens",),
        "output_tokens": ("gen_ai.usage.output_tokens",),
        "cache_read": ("gen_ai.usage.cache_read.input_tokens",),
        "cache_write": (_CACHE_WRITE, "gen_ai.usage.cache_creation.input_tokens"),
        # The convention has no cost: the course's own name, the proposal, and what tools read.
        "cost": ("app.cost.usd", "gen_ai.usage.cost.amount", "gen_ai.usage.cost"),
        "cost_missing": ("app.cost.missing_reason",),
        "first_chunk_s": ("gen_ai.response.time_to_first_chunk",),
        "stream": ("gen_ai.request.stream",),
        "abandoned": ("app.stream.abandoned",),
        "error_type": ("error.type",),
        "user": ("user.id", "enduser.id"),
        "conversation": ("gen_ai.conversation.id", "session.id"),
        "prompt_text": ("gen_ai.input.messages", "gen_ai.system_instructions"),
        "response_text": ("gen_ai.output.messages",),
    },
    own=frozenset(TYPES.keys() - {f"gen_ai.{name}" for name in _SHARED.split()}),
    own_prefixes=("gen_ai.prompt.variable.",),
    renames={"gen_ai.usage.cache_creation.input_tokens": _CACHE_WRITE},
)
