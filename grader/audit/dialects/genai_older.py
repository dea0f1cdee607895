"""OpenTelemetry's GenAI conventions before core v1.37 (2025-08): `gen_ai.system`, prompt tokens, events for messages.

Source: the core changelog, and the deprecation notes in opentelemetry-semantic-conventions 0.66b2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.audit.dialect import Dialect
from grader.telemetry import Span

_RENAMES = {
    "gen_ai.system": "gen_ai.provider.name",
    "gen_ai.usage.prompt_tokens": "gen_ai.usage.input_tokens",
    "gen_ai.usage.completion_tokens": "gen_ai.usage.output_tokens",
    "gen_ai.prompt": "gen_ai.input.messages",
    "gen_ai.completion": "gen_ai.output.messages",
    "gen_ai.openai.request.seed": "gen_ai.request.seed",
    "gen_ai.openai.request.response_format": "gen_ai.output.type",
    "gen_ai.openai.request.service_tier": "openai.request.service_tier",
    "gen_ai.openai.response.service_tier": "openai.response.service_tier",
    "gen_ai.openai.response.system_fingerprint": "openai.response.system_fingerprint",
    "gen_ai.openai.system_fingerprint": "openai.response.system_fingerprint",
    # The events of a span, or log records, that carried one message each.
    "gen_ai.system.message": "gen_ai.system_instructions",
    "gen_ai.user.message": "gen_ai.input.messages",
    "gen_ai.assistant.message": "gen_ai.input.messages",
    "gen_ai.tool.message": "gen_ai.input.messages",
    "gen_ai.choice": "gen_ai.output.messages",
    "gen_ai.content.prompt": "gen_ai.input.messages",
    "gen_ai.content.completion": "gen_ai.output.messages",
}


def _facts(span: Span) -> Mapping[str, Any]:
    """Read the events that carried messages; only that they are there, not what they say."""
    names = {event.name for event in span.events}
    found = {}
    if names & {"gen_ai.user.message", "gen_ai.content.prompt"}:
        found["prompt_text"] = "events"
    if names & {"gen_ai.choice", "gen_ai.content.completion"}:
        found["response_text"] = "events"
    return found


DIALECT = Dialect(
    id="genai-older",
    title="OpenTelemetry GenAI, before v1.37",
    rank=2,
    reads={
        "provider": ("gen_ai.system",),
        "input_tokens": ("gen_ai.usage.prompt_tokens",),
        "output_tokens": ("gen_ai.usage.completion_tokens",),
        "prompt_text": ("gen_ai.prompt",),
        "response_text": ("gen_ai.completion",),
    },
    own=frozenset(_RENAMES),
    renames=_RENAMES,
    facts=_facts,
)
