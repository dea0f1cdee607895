"""Names of GenAI attributes: today's, those accepted with a note, and those rejected with their rename."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.util import genai

from grader.audit.dialects import all_dialects
from grader.conventions import NAMES, TYPES, note_for, rename_for, value_of


def test_no_spelling_belongs_to_two_names_or_is_today_anothers() -> None:
    old = [spelling for name in NAMES.values() for spelling in (*name.noted, *name.rejected)]
    assert len(old) == len(set(old))
    assert not set(old) & set(NAMES)


def test_todays_name_goes_before_an_accepted_one() -> None:
    both = {"gen_ai.system": "old", "gen_ai.provider.name": "lumen"}
    assert value_of(both, "gen_ai.provider.name") == "lumen"
    assert value_of({"gen_ai.system": "old"}, "gen_ai.provider.name") == "old"
    assert note_for(both) == []
    assert note_for({"gen_ai.system": "old"}) == [
        "`gen_ai.system` is accepted; today's name is `gen_ai.provider.name`."
    ]


def test_a_rejected_spelling_has_no_value_and_is_told_with_todays_name() -> None:
    old = {"gen_ai.usage.prompt_tokens": 7}
    assert value_of(old, "gen_ai.usage.input_tokens") is None
    told = "`gen_ai.usage.prompt_tokens` is an older or another project's name; today it is `gen_ai.usage.input_tokens`"
    assert rename_for(old, "gen_ai.usage.input_tokens") == told
    assert rename_for(old, "gen_ai.usage.output_tokens") is None
    assert note_for(old) == []


@pytest.mark.parametrize("name", ["app.attempt", "nobody.knows"])
def test_a_name_that_is_not_in_the_table_is_read_as_it_stands(name: str) -> None:
    assert value_of({name: 0}, name) == 0
    assert value_of({}, name) is None
    assert rename_for({name: 0}, name) is None


def test_every_name_of_the_installed_conventions_is_one_of_todays_or_has_a_rename() -> None:
    names = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    older = {old for dialect in all_dialects() for old in dialect.renames}
    assert len(names) > 50
    assert {name for name in names if name not in TYPES and name not in older} == set()


def test_every_attribute_that_the_official_instrumentation_names_is_one_of_todays() -> None:
    folder = Path(genai.__path__[0])
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    names = {name for text in texts for name in re.findall(r'"(gen_ai\.[a-z_.]+)"', text)}
    no_attributes = {"gen_ai.client.inference.operation.details", "gen_ai.prompt.variable."}
    assert {"gen_ai.prompt.version", "gen_ai.usage.cache_write.input_tokens"} <= names
    assert {n for n in names - TYPES.keys() - no_attributes if not n.endswith(".duration")} == set()


def test_a_chat_span_s_required_names_have_types() -> None:
    assert {name: TYPES[name] for name in NAMES if name.startswith("gen_ai.")} == {
        "gen_ai.operation.name": "string",
        "gen_ai.provider.name": "string",
        "gen_ai.request.model": "string",
        "gen_ai.response.model": "string",
        "gen_ai.response.id": "string",
        "gen_ai.response.finish_reasons": "list of strings",
        "gen_ai.usage.input_tokens": "int",
        "gen_ai.usage.output_tokens": "int",
        "gen_ai.prompt.name": "string",
        "gen_ai.prompt.version": "string",
    }
