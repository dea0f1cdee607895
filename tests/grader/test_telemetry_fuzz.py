"""Whatever stands in a telemetry file is read, or refused with a sentence; never anything else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.telemetry import TelemetryError, read_raw
from grader.trace import trees

FIELDS = (
    *("resourceSpans", "resourceLogs", "resourceMetrics", "resource", "scopeSpans", "scopeLogs", "scopeMetrics"),
    *("scope", "spans", "logRecords", "metrics", "traceId", "spanId", "parentSpanId", "name", "kind", "status", "code"),
    *("startTimeUnixNano", "endTimeUnixNano", "timeUnixNano", "message", "events", "eventName", "body", "attributes"),
    *("key", "value", "stringValue", "boolValue", "intValue", "doubleValue", "bytesValue", "arrayValue"),
    *("kvlistValue", "values"),
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(("1e999", "0x1"))
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=25,
)
SPAN = {"traceId": "0a", "spanId": "0b", "startTimeUnixNano": 1, "endTimeUnixNano": 2}


def read_or_refuse(raw: bytes) -> None:
    try:
        telemetry = read_raw(raw)
    except TelemetryError as error:
        assert str(error).startswith("Line ") and str(error).endswith(".")
        assert len(str(error)) < 250
        return
    assert sum(len(list(tree.walk())) for tree in trees(telemetry.spans)) == len(telemetry.spans)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    read_or_refuse(raw)
    read_or_refuse(raw + b"\n{}\n")


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(FIELDS[:3]), TREES)
def test_any_json_under_otlps_names(name: str, tree: Any) -> None:
    read_or_refuse(json.dumps({name: tree}).encode() + b"\n")


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), TREES, max_size=4))
def test_any_json_inside_of_a_span(strange: dict[str, Any]) -> None:
    line = {"resourceSpans": [{"scopeSpans": [{"spans": [SPAN | strange]}]}]}
    read_or_refuse(json.dumps(line).encode() + b"\n")


def test_a_nesting_without_an_end_is_refused() -> None:
    for opening in (b"[", b'{"arrayValue":', b'{"resourceSpans":['):
        read_or_refuse(opening * 100_000 + b"\n")
    deep = '{"arrayValue":{"values":[' * 3_000 + "]}}" * 3_000
    span = json.dumps(SPAN | {"attributes": [{"key": "deep", "value": 0}]}).replace('"value": 0', f'"value": {deep}')
    read_or_refuse(f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{span}]}}]}}]}}\n'.encode())
