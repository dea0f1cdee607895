"""Single values of OTLP/JSON: attributes, times, enums."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.telemetry import Span, TelemetryError, read_lines
from tests.grader.sample_files import attribute, line, otlp
from tests.grader.samples import S


def read_one(**changes: Any) -> Span:
    return read_lines([line(otlp(**changes))]).spans[0]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"stringValue": "v7"}, "v7"),
        ({"boolValue": False}, False),
        ({"intValue": "9007199254740993"}, 9007199254740993),
        ({"intValue": 7}, 7),
        ({"intValue": str(2**70)}, 2**70),
        ({"intValue": "-" + "9" * 400}, "-" + "9" * 400),
        ({"doubleValue": 0.5}, 0.5),
        ({"doubleValue": "Infinity"}, float("inf")),
        ({"bytesValue": "/wA="}, b"\xff\x00"),
        ({"arrayValue": {"values": [{"stringValue": "stop"}, {}]}}, ["stop", None]),
        ({"arrayValue": {}}, []),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"intValue": "1"}}]}}, {"a": 1}),
        ({}, None),
        ({"laterValue": 1}, None),
    ],
)
def test_each_kind_of_value_becomes_its_plain_python_value(value: dict[str, Any], wanted: object) -> None:
    found = read_one(attributes=[attribute("x", **value)]).attributes["x"]
    assert found == wanted
    assert type(found) is type(wanted)


def test_a_double_that_is_no_number_is_read_as_one() -> None:
    found = read_one(attributes=[attribute("x", doubleValue="NaN")]).attributes["x"]
    assert found != found


@pytest.mark.parametrize("kind", [-1, 6, 99, "SPAN_KIND_CLIENT", None, True])
def test_a_kind_that_is_not_known_counts_as_not_given(kind: object) -> None:
    assert read_one(kind=kind).kind == "UNSPECIFIED"


@pytest.mark.parametrize("time", [1795000000.25, "1795000000.25", "1.795000000e+9"])
def test_seconds_where_nanoseconds_belong_are_read_for_a_check_to_name(time: object) -> None:
    assert read_one(startTimeUnixNano=time).start_ns == 1_795_000_000


@pytest.mark.parametrize("time", ["soon", "nan", float("nan"), float("inf"), "9" * 40, "9" * 5000, -(10**31), None, []])
def test_a_time_that_no_clock_shows_is_told(time: object) -> None:
    with pytest.raises(TelemetryError, match="Line 1 of the telemetry"):
        read_one(endTimeUnixNano=time)


def test_values_nested_deeper_than_pythons_stack_are_told() -> None:
    value = '{"arrayValue":{"values":[' * 20_000 + "]}}" * 20_000
    text = line(otlp(attributes=[attribute("x")])).replace('"value": {}', f'"value": {value}')
    with pytest.raises(TelemetryError):
        read_lines([text])


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES = ("traceId", "kind", "startTimeUnixNano", "attributes", "status", "events", "parentSpanId", "name")


@given(st.sampled_from(PLACES), ANY_JSON)
def test_anything_in_a_span_is_read_or_told(place: str, anything: object) -> None:
    with contextlib.suppress(TelemetryError):
        assert len(read_lines([line(otlp(**{place: anything}))]).spans) == 1


@given(
    st.sampled_from(("stringValue", "boolValue", "intValue", "doubleValue", "bytesValue", "arrayValue", "kvlistValue")),
    ANY_JSON,
)
def test_any_value_is_read_or_told(kind: str, anything: object) -> None:
    with contextlib.suppress(TelemetryError):
        assert read_one(attributes=[attribute("x", **{kind: anything})]).duration_s == S / 1e9
