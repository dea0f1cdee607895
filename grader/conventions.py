"""GenAI attribute names and their earlier or rival spellings, as they stood on 2026-11-23.

Source: OpenTelemetry semantic conventions for generative AI (core v1.41.1 and the repository
`semantic-conventions-genai`, all of status Development). The names move; this table is the one place that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Name:
    """One attribute: its name today, names accepted with a note, and names rejected with this rename."""

    today: str
    noted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


NAMES: dict[str, Name] = {
    name.today: name
    for name in (
        Name("gen_ai.operation.name", rejected=("llm.request.type", "openinference.span.kind")),
        Name("gen_ai.provider.name", noted=("gen_ai.system",), rejected=("llm.provider", "llm.system")),
        Name("gen_ai.request.model", rejected=("llm.request.model",)),
        Name("gen_ai.response.model", rejected=("llm.response.model", "llm.model_name")),
        Name("gen_ai.response.id", rejected=("llm.response.id",)),
        Name(
            "gen_ai.response.finish_reasons",
            rejected=("gen_ai.response.finish_reason", "llm.finish_reason", "gen_ai.finish_reasons"),
        ),
        Name(
            "gen_ai.usage.input_tokens",
            rejected=("gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens", "llm.token_count.prompt"),
        ),
        Name(
            "gen_ai.usage.output_tokens",
            rejected=("gen_ai.usage.completion_tokens", "llm.usage.completion_tokens", "llm.token_count.completion"),
        ),
        Name("gen_ai.prompt.name", rejected=("gen_ai.prompt_name", "llm.prompt_template.name")),
        Name("gen_ai.prompt.version", rejected=("gen_ai.prompt_version", "llm.prompt_template.version")),
        Name("error.type", rejected=("exception.type", "error.kind")),
        Name("app.prompt.hash", rejected=("gen_ai.prompt.hash",)),
    )
}

_STRINGS = """
    agent.description agent.id agent.name agent.version conversation.id data_source.id evaluation.explanation
    evaluation.name evaluation.score.label input.messages.ref operation.name output.messages.ref output.type prompt.name
    prompt.version provider.name request.model request.previous_response.id request.reasoning.level
    request.stream_cursor response.id response.model response.status retrieval.query.text system_instructions.ref
    token.type tool.call.id tool.description tool.name tool.type workflow.name
"""
_INTS = """
    embeddings.dimension.count request.choice.count request.max_tokens request.seed request.top_k retrieval.top_k
    usage.audio.cache_read.input_tokens usage.audio.input_tokens usage.audio.output_tokens
    usage.cache_creation.input_tokens usage.cache_read.input_tokens usage.cache_write.input_tokens
    usage.image.cache_read.input_tokens usage.image.input_tokens usage.image.output_tokens usage.input_tokens
    usage.output_tokens usage.reasoning.output_tokens usage.text.cache_read.input_tokens usage.text.input_tokens
    usage.text.output_tokens
"""
_DOUBLES = """
    evaluation.score.value request.frequency_penalty request.presence_penalty request.temperature request.top_p
    response.time_to_first_chunk usage.cost usage.cost.amount
"""
_LISTS = "request.encoding_formats request.stop_sequences response.finish_reasons"
_BOOLEANS = "conversation.compacted request.stream"
_STRUCTURED = """
    input.messages output.messages retrieval.documents system_instructions tool.call.arguments tool.call.result
    tool.definitions
"""

TYPES: dict[str, str] = {
    f"gen_ai.{name}": kind
    for kind, names in (
        ("string", _STRINGS + " usage.cost.currency usage.cost.source"),
        ("int", _INTS),
        ("double", _DOUBLES),
        ("list of strings", _LISTS),
        ("boolean", _BOOLEANS),
        ("any", _STRUCTURED),
    )
    for name in names.split()
}
"""Every `gen_ai.*` attribute of today and its type. `gen_ai.usage.cost` and `.cost.*` are proposals that tools read."""

OPEN_PREFIXES = ("gen_ai.prompt.variable.",)
"""What follows one of these is the application's own."""

# A tuple: a learner's value may be a list, which no set can be asked for.
CHAT_OPERATIONS = ("chat", "generate_content", "text_completion")
"""Values of `gen_ai.operation.name` that mean: this span is one attempt at a model."""


def value_of(attributes: Mapping[str, Any], name: str) -> Any:
    """Return an attribute by today's name or one that is accepted with a note; None if it is not there."""
    known = NAMES.get(name, Name(name))
    return next((attributes[key] for key in (known.today, *known.noted) if key in attributes), None)


def rename_for(attributes: Mapping[str, Any], name: str) -> str | None:
    """Say which rejected spelling of a name is there, as a sentence; None if there is none."""
    known = NAMES.get(name, Name(name))
    old = next((key for key in known.rejected if key in attributes), None)
    return f"`{old}` is an older or another project's name; today it is `{name}`" if old else None


def note_for(attributes: Mapping[str, Any]) -> list[str]:
    """List the names that are accepted with a note, one sentence each."""
    return [
        f"`{old}` is accepted; today's name is `{known.today}`."
        for known in NAMES.values()
        for old in known.noted
        if old in attributes and known.today not in attributes
    ]
