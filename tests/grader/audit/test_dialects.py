"""One call, told in each generation's names, has the same facts; and every rename leads to a name of today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.audit import audit
from grader.audit.calls import dialect_of, pattern_of, read_call
from grader.audit.dialects import all_dialects
from grader.conventions import NAMES, TYPES
from grader.telemetry import Event, Span
from tests.grader.audit.made import START_NS, call, good, request

FIRST = Event("First Token Stream Event", START_NS + 400_000_000, {})
CHUNK = Event("llm.content.completion.chunk", START_NS + 400_000_000, {})
TOLD: dict[str, tuple[dict[str, Any], tuple[Event, ...]]] = {
    "genai": (
        {
            "gen_ai.operation.name": "chat", "gen_ai.provider.name": "lumen", "gen_ai.request.model": "lumen-mid",
            "gen_ai.response.model": "lumen-mid-2026", "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.input_tokens": 800, "gen_ai.usage.output_tokens": 160, "gen_ai.prompt.version": "v7",
            "gen_ai.usage.cache_read.input_tokens": 512, "gen_ai.request.stream": True,
            "gen_ai.response.time_to_first_chunk": 0.4, "gen_ai.input.messages": "[]",
        },
        (),
    ),
    "genai-older": (
        {
            "gen_ai.operation.name": "chat", "gen_ai.system": "lumen", "gen_ai.request.model": "lumen-mid",
            "gen_ai.response.model": "lumen-mid-2026", "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.prompt_tokens": 800, "gen_ai.usage.completion_tokens": 160,
        },
        (Event("gen_ai.user.message", START_NS, {"content": "May I"}),),
    ),
    "openinference": (
        {
            "openinference.span.kind": "LLM", "llm.system": "lumen", "llm.model_name": "lumen-mid-2026",
            "llm.invocation_parameters": '{"model": "lumen-mid", "stream": true}', "llm.finish_reason": "stop",
            "llm.token_count.prompt": 800, "llm.token_count.completion": 160,
            "llm.token_count.prompt_details.cache_read": 512, "llm.prompt_template.version": "v7",
            "llm.input_messages.0.message.content": "May I",
        },
        (FIRST,),
    ),
    "openllmetry": (
        {
            "llm.request.type": "chat", "llm.vendor": "lumen", "llm.request.model": "lumen-mid",
            "llm.response.model": "lumen-mid-2026", "gen_ai.completion.0.finish_reason": "stop",
            "llm.usage.prompt_tokens": 800, "llm.usage.completion_tokens": 160, "llm.usage.total_tokens": 960,
            "gen_ai.usage.cache_read_input_tokens": 512, "traceloop.prompt.version": "v7",
            "gen_ai.prompt.0.content": "May I",
        },
        (CHUNK,),
    ),
}  # fmt: skip
EVERYWHERE = {
    "operation": "chat", "provider": "lumen", "request_model": "lumen-mid", "response_model": "lumen-mid-2026",
    "input_tokens": 800, "output_tokens": 160,
}  # fmt: skip
NOT_OLDER = {"cache_read": 512, "prompt_version": "v7", "first_chunk_s": 0.4, "stream": True}


def told(name: str) -> Span:
    attributes, events = TOLD[name]
    return replace(call(), attributes=attributes, events=events)


def test_every_generation_that_is_known_is_told_here() -> None:
    assert set(TOLD) == {dialect.id for dialect in all_dialects()}


@pytest.mark.parametrize("name", TOLD)
def test_the_same_call_has_the_same_facts(name: str) -> None:
    read = read_call(told(name))
    assert read is not None
    wanted = EVERYWHERE if name == "genai-older" else EVERYWHERE | NOT_OLDER
    assert {fact: read.facts.get(fact) for fact in wanted} == wanted
    assert "stop" in read.text("finish_reasons")
    assert read.text("prompt_text")
    assert read.dialects == (name,)


def test_a_call_in_todays_and_anothers_names_is_a_mixture() -> None:
    mixed = replace(call(), attributes=TOLD["genai"][0] | TOLD["openinference"][0])
    read = read_call(mixed)
    assert read is not None
    assert read.dialects == ("genai", "openinference")
    assert read.names["input_tokens"] == "gen_ai.usage.input_tokens"


@pytest.mark.parametrize("dialect", all_dialects(), ids=lambda dialect: str(dialect.id))
def test_every_rename_leads_to_a_name_of_today_or_says_what_to_do(dialect: Any) -> None:
    other = {"server.address", "user.id", "app.cost.usd", "error.type"}
    for old, new in dialect.renames.items():
        assert new in TYPES or new in other or new.startswith("openai.") or (new == "" and dialect.advice[old]), old
        assert dialect_of(old) == dialect.id
        assert pattern_of(old) == old
    assert all(name in TYPES or name not in dialect.renames for name in dialect.reads)


def test_the_labs_table_and_the_audit_rename_to_the_same() -> None:
    renames = {old: new for dialect in all_dialects() for old, new in dialect.renames.items()}
    for name in NAMES.values():
        for old in {*name.noted, *name.rejected} & renames.keys():
            assert renames[old] == name.today, old


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.operation.name": "embeddings", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 3},
        {"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 3},
        {"openinference.span.kind": "CHAIN", "llm.model_name": "m", "llm.token_count.prompt": 3},
        {"traceloop.span.kind": "workflow", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 3},
        {"gen_ai.request.model": "m"},
        {"http.request.method": "POST"},
    ],
)
def test_what_only_surrounds_a_call_is_no_call(attributes: dict[str, Any]) -> None:
    assert read_call(replace(request(), attributes=attributes)) is None


def test_a_call_that_says_no_operation_is_known_by_model_and_tokens() -> None:
    read = read_call(replace(call(), attributes={"gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 3}))
    assert read is not None
    assert read.dialects == ("genai",)


def test_the_report_says_who_speaks_what() -> None:
    spans = tuple(replace(told(name), span_id=f"{n:016x}") for n, name in enumerate(TOLD, start=1))
    assert sorted(audit(replace(good(), spans=spans)).generations.items()) == sorted(
        (dialect.title, 1) for dialect in all_dialects()
    )
