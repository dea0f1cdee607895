"""Mutants of metrics, which stay OTLP/JSON objects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.mutants import mutants_of
from grader.telemetry import Telemetry, read_lines


def point(model: str, **value: Any) -> dict[str, Any]:
    label = {"key": "gen_ai.request.model", "value": {"stringValue": model}}
    exemplar = {"timeUnixNano": "5", "traceId": "aa", "spanId": "bb", "asDouble": 1.0}
    return {"attributes": [label], "timeUnixNano": "9", "exemplars": [exemplar], **value}


TOKENS = {
    "name": "tokens",
    "unit": "{token}",
    "sum": {
        "aggregationTemporality": 2,
        "isMonotonic": True,
        "dataPoints": [point("small", asInt="10"), point("mid", asInt="30")],
    },
}
LATENCY = {
    "name": "latency",
    "unit": "s",
    "histogram": {"aggregationTemporality": 1, "dataPoints": [point("mid", count="2", sum=3.5, min=1.5, max=2.0)]},
}
LINE = json.dumps({"resourceMetrics": [{"scopeMetrics": [{"metrics": [TOKENS, LATENCY]}]}]})
MADE = {mutant.name: mutant.telemetry for mutant in mutants_of(read_lines([LINE]))}


def metric(telemetry: Telemetry, name: str) -> Any:
    return next(one for one in telemetry.metrics if one["name"] == name)


def points(mutant: str, name: str = "tokens") -> list[dict[str, Any]]:
    found = metric(MADE[mutant], name)
    kept: list[dict[str, Any]] = found["sum" if name == "tokens" else "histogram"]["dataPoints"]
    return kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unit in thousandths", {**TOKENS, "unit": "m{token}"}),
        ("unit dropped", {key: value for key, value in TOKENS.items() if key != "unit"}),
        ("type is gauge", {"name": "tokens", "unit": "{token}", "gauge": TOKENS["sum"]}),
        ("temporality is the other", {**TOKENS, "sum": {**TOKENS["sum"], "aggregationTemporality": 1}}),  # type: ignore[dict-item]  # a literal of mixed values
        ("monotony is the other", {**TOKENS, "sum": {**TOKENS["sum"], "isMonotonic": False}}),  # type: ignore[dict-item]  # as above
    ],
)
def test_a_metric_can_be_changed_in_each_of_its_fields(name: str, value: object) -> None:
    assert metric(MADE[f"metric tokens {name}, in all exports"], "tokens") == value


def test_a_metric_can_be_missing_renamed_or_there_twice() -> None:
    names = {words: [m["name"] for m in MADE[f"metric tokens {words}, in all exports"].metrics] for words in (
        "dropped", "name altered", "written twice")}  # fmt: skip
    assert names == {
        "dropped": ["latency"],
        "name altered": ["latency", "tokensx"],
        "written twice": ["latency", "tokens", "tokens"],
    }


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("value scaled by 1000", ["10000", "30000"]),
        ("value negated", ["-10", "-30"]),
        ("value zeroed", ["0", "0"]),
        ("value one more", ["11", "31"]),
    ],
)
def test_points_can_have_wrong_numbers(words: str, values: list[str]) -> None:
    assert [each["asInt"] for each in points(f"metric tokens {words}, on all points")] == values
    assert [each["asInt"] for each in points(f"metric tokens {words}, on point 2 only")] == ["10", values[1]]


def test_every_measurement_of_a_histogram_is_scaled() -> None:
    (each,) = points("metric latency value scaled by 1000, on all points", "latency")
    assert {key: each[key] for key in ("count", "sum", "min", "max")} == {
        "count": "2000",
        "sum": 3500.0,
        "min": 1500.0,
        "max": 2000.0,
    }


def test_a_point_can_be_missing_or_lose_its_labels_or_its_trace() -> None:
    assert len(points("metric tokens point dropped, on point 2 only")) == 1
    unlabelled = points("metric tokens attribute gen_ai.request.model dropped, on point 2 only")
    assert [len(each["attributes"]) for each in unlabelled] == [1, 0]
    untraced = points("metric tokens exemplars without their trace, on all points")
    assert all("traceId" not in one for each in untraced for one in each["exemplars"])


def test_labels_keep_their_types() -> None:
    values = [{"intValue": "7"}, {"doubleValue": 0.5}, {"boolValue": True}, {"arrayValue": {"values": []}}]
    labels = [{"key": f"k{n}", "value": value} for n, value in enumerate(values)]
    gauge = {"name": "g", "gauge": {"dataPoints": [{"asDouble": 1.5, "attributes": labels}]}}
    line = json.dumps({"resourceMetrics": [{"scopeMetrics": [{"metrics": [gauge]}]}]})
    made = {mutant.name: mutant.telemetry for mutant in mutants_of(read_lines([line]))}
    (found,) = metric(made["metric g attribute k0 one more, on all points"], "g")["gauge"]["dataPoints"]
    assert [label["value"] for label in found["attributes"]] == [{"intValue": "8"}, *values[1:]]
