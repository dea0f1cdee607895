"""Names of GenAI attributes: today's, those accepted with a note, and those rejected with their rename."""

from __future__ import annotations

import pytest

from grader.conventions import NAMES, note_for, rename_for, value_of


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


def test_the_installed_packages_names_are_all_known_and_each_as_what_it_is() -> None:
    constants = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    names = {value for value in constants if isinstance(value, str) and value.startswith("gen_ai.")}
    assert len(names) > 50
    older = {old for dialect in all_dialects() for old in dialect.renames}
    assert names - TYPES.keys() - older == {"gen_ai.openai.request.response_format"} - older
    # What the package calls deprecated for another reason than the move to a repository of its own.
    assert {"gen_ai.system", "gen_ai.usage.prompt_tokens", "gen_ai.prompt"} <= older


def test_the_names_that_the_official_instrumentation_sets_are_todays() -> None:
    assert util_names.GEN_AI_PROMPT_VERSION in TYPES
    assert util_names.GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS in TYPES


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
