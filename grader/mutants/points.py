"""Changes of a metric's points: their numbers, labels, times and exemplars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.mutants.attributes import attribute_changes
from grader.mutants.change import Change
from grader.otlp_values import attributes

_KINDS = ("sum", "gauge", "histogram", "exponentialHistogram", "summary")
_WHOLE = ("asInt", "count", "zeroCount")
_BROKEN = ("asDouble", "sum", "min", "max")
_SECOND_NS = 1_000_000_000

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A point as OTLP/JSON has it, and in which of its metric's exports it stands."""

    export: int
    fields: Fields


def kind_of(metric: Fields) -> str:
    """Return which kind of metric an OTLP/JSON object is; an empty text if it is none that is known."""
    return next((kind for kind in _KINDS if kind in metric), "")


def changed_points(points: Sequence[Point], part: str) -> Iterator[Change[Point]]:
    """Yield every change of these points of one metric."""

    def one(what: str, words: str, new: Callable[[Fields], Fields]) -> Change[Point]:
        return Change(f"{part} {what}", words, lambda point, _: (replace(point, fields=new(point.fields)),))

    yield Change(f"{part} point", "dropped", lambda point, _: ())
    yield Change(f"{part} point", "written twice", lambda point, _: (point, point))
    yield one("value", "scaled by 1000", lambda fields: _measured(fields, lambda value: value * 1000))
    yield one("value", "negated", lambda fields: _measured(fields, lambda value: -value))
    yield one("value", "zeroed", lambda fields: _measured(fields, lambda value: 0 * value))
    yield one("value", "one more", lambda fields: _measured(fields, lambda value: value + 1))
    yield one("time", "1 s late", _late)
    yield one("exemplars", "dropped", lambda fields: {key: v for key, v in fields.items() if key != "exemplars"})
    yield one("exemplars", "without their trace", _untraced)
    yield from attribute_changes(points, _labels, _with_labels, f"{part} attribute")


def _labels(point: Point) -> Mapping[str, Any]:
    return attributes(point.fields.get("attributes", ()))


def _with_labels(point: Point, new: Mapping[str, Any]) -> Point:
    if new == _labels(point):
        return point
    labels = [{"key": key, "value": _any_value(value)} for key, value in new.items()]
    return replace(point, fields={**point.fields, "attributes": labels})


def _any_value(value: Any) -> Fields:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case list():
            return {"arrayValue": {"values": [_any_value(item) for item in value]}}
    return {"stringValue": str(value)}


def _measured(fields: Fields, new: Callable[[float], float]) -> Fields:
    """Change each number that is a measurement; OTLP/JSON writes whole ones as text."""
    whole = {key: str(new(int(fields[key]))) for key in _WHOLE if key in fields}
    return {**fields, **whole, **{key: new(float(fields[key])) for key in _BROKEN if key in fields}}


def _late(fields: Fields) -> Fields:
    return {**fields, "timeUnixNano": str(int(fields.get("timeUnixNano", 0)) + _SECOND_NS)}


def _untraced(fields: Fields) -> Fields:
    kept = [{k: v for k, v in one.items() if k not in ("traceId", "spanId")} for one in fields.get("exemplars", ())]
    return {**fields, "exemplars": kept} if kept else fields
