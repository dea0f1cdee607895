"""Mutants of telemetry: every kind of change is made, each changes one thing, and each says what it did."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from grader.mutants import Mutant, mutants_of
from grader.telemetry import Event, LogRecord, Span, Telemetry
from tests.grader.samples import START_NS, S, span

ANSWERED: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.input_tokens": 812,
    "gen_ai.usage.output_tokens": 164,
    "gen_ai.response.finish_reasons": ["stop"],
    "app.cached": False,
    "app.cost_usd": 0.25,
}
FAILED = {"gen_ai.operation.name": "chat", "error.type": "RateLimitError"}
SPANS = (
    span(0, 2, id="b1", attributes=ANSWERED, parent_id="b9", resource={"service.name": "bot"}),
    span(5, 1, id="b2", attributes=FAILED, status="ERROR", events=(Event("exception", START_NS, {"a": 1}),)),
    span(9, 3, id="b3", attributes=ANSWERED | {"gen_ai.usage.input_tokens": 7}, parent_id="b9", trace_id="a2"),
)
LOGS = tuple(
    LogRecord("gen_ai.evaluation", START_NS + n * S, {"verdict": "good"}, {"score": n}, f"a{n}", f"b{n}")
    for n in range(2)
)


def made(telemetry: Telemetry) -> dict[str, Mutant]:
    mutants = list(mutants_of(telemetry))
    named = {mutant.name: mutant for mutant in mutants}
    assert len(named) == len(mutants), "two mutants have one name"
    return named


OF_SPANS = made(Telemetry(SPANS))
OF_LOGS = made(Telemetry(logs=LOGS))


def differing(before: Span, after: Span) -> dict[str, Any]:
    """The fields in which two spans differ; 1 and 1.0 do."""
    found = {f.name: getattr(after, f.name) for f in fields(Span)}
    return {name: value for name, value in found.items() if repr(value) != repr(getattr(before, name))}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("start 2 ms late", {"start_ns": START_NS + 2_000_000}),
        ("end 2 ms early", {"end_ns": START_NS + 2 * S - 2_000_000}),
        ("end 1 s late", {"end_ns": START_NS + 3 * S}),
        ("times 1 s late", {"start_ns": START_NS + S, "end_ns": START_NS + 3 * S}),
        ("times of no length, at its start", {"end_ns": START_NS}),
        ("times of no length, at its end", {"start_ns": START_NS + 2 * S}),
        ("times swapped", {"start_ns": START_NS + 2 * S, "end_ns": START_NS}),
        ("start in microseconds", {"start_ns": START_NS // 1000}),
        ("parent lost", {"parent_id": None}),
        ("parent is itself", {"parent_id": "b1"}),
        ("parent is another span", {"parent_id": "b2"}),
        ("trace is another", {"trace_id": "f00d" * 8}),
        ("kind set to INTERNAL", {"kind": "INTERNAL"}),
        ("status set to ERROR", {"status": "ERROR"}),
        ("name altered", {"name": "chat lumen-midx"}),
    ],
)
def test_a_span_can_be_changed_in_each_of_its_fields(name: str, changed: dict[str, Any]) -> None:
    assert differing(SPANS[0], OF_SPANS[f"span {name}, on all spans"].telemetry.spans[0]) == changed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gen_ai.usage.input_tokens scaled by 1000", 812_000),
        ("gen_ai.usage.input_tokens divided by 1000", 0),
        ("gen_ai.usage.input_tokens negated", -812),
        ("gen_ai.usage.input_tokens zeroed", 0),
        ("gen_ai.usage.input_tokens one more", 813),
        ("gen_ai.usage.input_tokens written as text", "812"),
        ("gen_ai.usage.input_tokens written with a fraction", 812.0),
        ("gen_ai.usage.input_tokens taken from another", 7),
        ("gen_ai.usage.input_tokens swapped with gen_ai.usage.output_tokens", 164),
        ("gen_ai.response.finish_reasons written as text", "stop"),
        ("gen_ai.operation.name in capitals", "CHAT"),
        ("app.cached inverted", True),
        ("app.cost_usd scaled by 1000", 250.0),
        ("app.cost_usd divided by 1000", 0.00025),
        ("app.cost_usd written as text", "0.25"),
        ("error.type set where it was not", "RateLimitError"),
    ],
)
def test_an_attribute_can_have_each_wrong_value(name: str, value: object) -> None:
    mutant = OF_SPANS[f"span attribute {name}, on all spans"]
    attributes = mutant.telemetry.spans[0].attributes
    key = name.split()[0]
    assert repr(attributes[key]) == repr(value)
    other = {"gen_ai.usage.output_tokens"} if "swapped" in name else set()
    assert [k for k in ANSWERED if repr(attributes[k]) != repr(ANSWERED[k]) and k not in other] in ([key], [])


@pytest.mark.parametrize("new", ["", "gen_ai.usage.prompt_tokens", "app.unheard_of"])
def test_an_attribute_can_be_dropped_or_bear_an_older_name(new: str) -> None:
    words = f"renamed to {new}" if new else "dropped"
    spans = OF_SPANS[f"span attribute gen_ai.usage.input_tokens {words}, on all spans"].telemetry.spans
    assert "gen_ai.usage.input_tokens" not in spans[0].attributes
    assert [span.attributes.get(new) for span in spans] == ([812, None, 7] if new else [None] * 3)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("dropped", ["b1", "b3"]),
        ("written twice", ["b1", "b2", "b2", "b3"]),
        ("doubled under another id", ["b1", "b2", "f00d" * 4, "b3"]),
        ("repeated an hour later", ["b1", "b2", "f00d" * 4, "b3"]),
    ],
)
def test_one_span_can_be_missing_or_too_many(words: str, ids: list[str]) -> None:
    mutant = OF_SPANS[f'span {words}, on span 2 only ("chat lumen-mid", RateLimitError)']
    assert mutant.alone
    assert [span.span_id for span in mutant.telemetry.spans] == ids


def test_one_span_of_each_shape_is_changed_alone() -> None:
    places = {name.partition(", ")[2] for name, mutant in OF_SPANS.items() if mutant.alone}
    assert {place for place in places if place.startswith("on span")} == {
        'on span 2 only ("chat lumen-mid", RateLimitError)',
        'on span 3 only ("chat lumen-mid", status UNSET)',
    }


def test_no_mutant_is_what_it_was_made_from() -> None:
    for mutant in (*OF_SPANS.values(), *OF_LOGS.values()):
        assert repr(mutant.telemetry) not in (repr(Telemetry(SPANS)), repr(Telemetry(logs=LOGS))), mutant.name


def test_of_no_telemetry_there_is_no_mutant() -> None:
    assert made(Telemetry()) == {}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("trace lost", "trace_id", None),
        ("span is another", "span_id", "f00d" * 4),
        ("trace and span are another record's", "span_id", "b1"),
        ("time 1 s late", "at_ns", START_NS + S),
        ("time missing", "at_ns", 0),
        ("event name dropped", "event_name", ""),
        ("body dropped", "body", None),
        ("body verdict altered", "body", {"verdict": "goodx"}),
        ("attribute score one more", "attributes", {"score": 1}),
        ("attribute score dropped", "attributes", {}),
    ],
)
def test_a_log_record_can_be_changed_in_each_of_its_fields(name: str, field: str, value: object) -> None:
    record = OF_LOGS[f"log {name}, on all log records"].telemetry.logs[0]
    assert getattr(record, field) == value


def test_a_body_that_is_text_can_be_altered() -> None:
    record = LogRecord("", START_NS, "good", {}, None, None)
    mutant = made(Telemetry(logs=(record,)))["log body altered, on all log records"]
    assert mutant.telemetry.logs[0].body == "goodx"


def test_one_log_record_can_be_dropped() -> None:
    mutant = OF_LOGS['log record dropped, on log record 2 only ("gen_ai.evaluation")']
    assert mutant.telemetry.logs == LOGS[:1]
