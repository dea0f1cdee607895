"""Scenarios: each is read whole, and each mistake is named with file, key and what is allowed."""

import tomllib
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.behaviour import Behaviour
from simulator.scenario import (
    SCENARIO_DIR,
    Befalls,
    ScenarioError,
    load_scenario,
    parse_scenario,
    scenario_names,
    zipf_shares,
)
from simulator.scenario_table import shown

GOOD = (SCENARIO_DIR / "call_site.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_in_the_folder_is_read(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.start_ns % 1_000_000_000 == 0
    assert datetime.fromtimestamp(scenario.start_ns / 1e9, UTC).year >= 2026


def test_a_scenario_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ScenarioError, match=r"no scenario 'call_sight'\. There are: .*\bcall_site\b"):
        load_scenario("call_sight")


@pytest.mark.parametrize("name", ["", "../scenario", "call_site.toml", "/etc/passwd", "\0"])
def test_a_name_never_leaves_the_folder(name: str) -> None:
    with pytest.raises(ScenarioError, match="no scenario"):
        load_scenario(name)


HUGE = "0x" + "f" * 5000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("requests = 120", "", "requests is missing. Allowed: a whole number from 1 to 100000"),
        ("requests = 120", "requests = 0", "requests is 0. Allowed: a whole number from 1 to 100000"),
        ("requests = 120", "requests = 1.5", "requests is 1.5. Allowed: a whole number"),
        ("requests = 120", "requests = true", "requests is True. Allowed: a whole number"),
        ("requests = 120", f"requests = {HUGE}", "requests is a very long int. Allowed: a whole number"),
        ("requests = 120", f"requests = {'9' * 5000}", "not valid TOML"),
        ("requests_per_minute = 4.0", "requests_per_minute = nan", "requests_per_minute is nan. Allowed"),
        ("requests_per_minute = 4.0", "requests_per_minute = inf", "requests_per_minute is inf. Allowed"),
        ("requests_per_minute = 4.0", f"requests_per_minute = {HUGE}", "requests_per_minute is a very long int"),
        ('title = "An', 'titel = "An', "'titel' means nothing here. Allowed: title, start"),
        ("start = 2026-11-20T18:00:00Z", "start = 2026-11-20T18:00:00", "start is datetime"),
        ("start = 2026-11-20T18:00:00Z", "start = 2026-11-20", "Allowed: a date and time with zone from 2000"),
        ("start = 2026-11-20T18:00:00Z", "start = 0001-01-01T00:00:00+14:00", "Allowed: a date and time with zone"),
        ("timeout = 0.03", "timeout = 1.03", "errors: timeout is 1.03. Allowed: a number from 0 to 1"),
        ("timeout = 0.03", 'timeout = "3 %"', "errors: timeout is '3 %'. Allowed: a number from 0 to 1"),
        ("timeout = 0.03", "timeout = 0.95", "errors: the shares must not add up to more than 1"),
        ("timeout = 0.03", "timeouts = 0.03", "errors: 'timeouts' means nothing here. Allowed: rate_limited"),
        ("clustering = 0", "clustering = 2", "errors: clustering is 2. Allowed: a number from 0 to 1"),
        ("length_cut = 0.08", "length_cut = -1", "answers: length_cut is -1. Allowed: a number from 0 to 0.2"),
        ("length_cut = 0.08", "timeout = 0.08", "answers: 'timeout' means nothing here. Allowed: length_cut"),
        ("requests_per_minute = 4.0", 'requests_per_minute = 4\nshape = "round"', "shape is 'round'. Allowed: flat"),
        ("requests_per_minute = 4.0", "requests_per_minute = 4\ntokens_per_minute = 0", "tokens_per_minute is 0. All"),
        ('name = "model_swap"', 'name = "model_swop"', "incidents number 1: name is 'model_swop'. Allowed: alias_swap"),
        (
            'strength = "severe"',
            'strength = "bad"',
            "incidents number 1: strength is 'bad'. Allowed: mild, off, severe",
        ),
        ("starts = [0.35, 0.65]", "starts = [0.65, 0.35]", "starts is [0.65, 0.35]. Allowed: two numbers"),
        ("starts = [0.35, 0.65]", "starts = 0.5", "incidents number 1: starts is 0.5. Allowed: two numbers"),
        ("starts = [0.35, 0.65]", "starts = [0, 1]\nlasts = 0", "lasts is 0. Allowed: a number from 0.0001 to 1"),
        ("starts = [0.35, 0.65]", "", "incidents number 1: starts is missing"),
        ("[[incidents]]", "[incidents]", "incidents is {"),
        ('name = "support-answer"', 'name = "support"', "prompts number 1: name is 'support'. Allowed: gear-advice"),
        ('name = "support-answer"', 'name = "support-answer, edited"', "name is 'support-answer, edited'. Allowed"),
        ('model = "lumen-small"', 'model = "gpt"', "prompts number 2: model is 'gpt'. Allowed: lumen-labs"),
        ('version = "v7"', 'version = ""', "prompts number 1: version is ''. Allowed: a text"),
        ("share = 0.6", "share = 0.7", "shares of all prompts must add up to 1"),
        ("edited = [0.35", "editted = [0.35", "'editted' means nothing here. Allowed: name, version"),
        ("requests = 120", "requests = ", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(old: str, new: str, words: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        parse_scenario("mine", GOOD.replace(old, new))
    assert str(caught.value).startswith("mine.toml")
    assert words in str(caught.value)
    assert len(str(caught.value).partition("Allowed: ")[0]) < 200


def test_errors_answers_and_incidents_may_be_left_out() -> None:
    short = GOOD[: GOOD.index("# Shares of attempts")] + GOOD[GOOD.index("[[prompts]]") : GOOD.rindex("# From some")]
    scenario = parse_scenario("mine", short)
    assert (scenario.base, scenario.clustering, scenario.incidents) == (Behaviour(), 1.0, ())
    assert (scenario.shape, scenario.tokens_per_minute) == ("flat", 4 * 1500 * 4 + 60_000)


def test_what_a_scenario_says_is_read() -> None:
    scenario = parse_scenario("mine", GOOD)
    base = (scenario.base.rate_limited, scenario.base.server_error, scenario.base.timeout, scenario.base.length_cut)
    assert base == (0.07, 0.05, 0.03, 0.08)
    assert scenario.clustering == 0
    assert scenario.incidents == (Befalls("model_swap", "severe", (0.35, 0.65), 1.0),)
    more = GOOD.replace("requests = 120", 'requests = 120\nshape = "weekly"\ntokens_per_minute = 5_000')
    assert (parse_scenario("mine", more).shape, parse_scenario("mine", more).tokens_per_minute) == ("weekly", 5000)


def test_a_scenario_can_be_sized_by_requests_or_by_days() -> None:
    scenario = parse_scenario("mine", GOOD)
    assert scenario.sized(requests=7).requests == 7
    assert scenario.sized(days=2).requests == 2 * 24 * 60 * 4
    assert scenario.sized(days=1e-9).requests == 1
    assert scenario.sized() is scenario


def test_tenants_follow_zipfs_law_and_their_shares_add_up() -> None:
    shares = zipf_shares(20, 1.1)
    assert shares[-1] == pytest.approx(1)
    sizes = [after - before for before, after in pairwise((0.0, *shares))]
    assert sizes[0] / sizes[4] == pytest.approx(5**1.1)
    assert sizes == sorted(sizes, reverse=True)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def to_toml(found: Any) -> str:
    """Write a value as TOML; what TOML has no word for becomes something that it refuses."""
    if isinstance(found, dict):
        return "{" + ", ".join(f"{to_toml(str(key))} = {to_toml(inner)}" for key, inner in found.items()) + "}"
    if isinstance(found, list):
        return "[" + ", ".join(map(to_toml, found)) + "]"
    if isinstance(found, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in found) + '"'
    return found.isoformat() if isinstance(found, datetime) else str(found).lower()


@settings(max_examples=300)
@given(st.sampled_from([line for line in GOOD.splitlines() if " = " in line]), VALUES)
def test_a_wrong_value_anywhere_is_a_scenario_error_and_nothing_else(line: str, found: Any) -> None:
    text = GOOD.replace(line, f"{line.split(' = ')[0]} = {to_toml(found)}", 1)
    try:
        parse_scenario("mine", text)
    except ScenarioError as error:
        assert "mine.toml" in str(error)
        assert not isinstance(error, tomllib.TOMLDecodeError)


@given(st.text(max_size=200))
def test_any_text_at_all_is_a_scenario_error_and_nothing_else(text: str) -> None:
    with pytest.raises(ScenarioError):
        parse_scenario("mine", text)


def test_deep_nesting_is_a_scenario_error() -> None:
    with pytest.raises(ScenarioError):
        parse_scenario("mine", "a = " + "[" * 50_000)


@given(VALUES)
def test_whatever_is_shown_is_short(found: Any) -> None:
    assert len(shown(found)) <= 83
