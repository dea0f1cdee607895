"""Changes of metrics, which stay OTLP/JSON objects: name, unit, kind, temporality, and whether they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.mutants.change import Change, Mutant, applied
from grader.mutants.points import Point, changed_points, kind_of
from grader.telemetry import Telemetry

Metric = Mapping[str, Any]

_BOTH_TEMPORALITIES = 1 + 2  # DELTA is 1, CUMULATIVE is 2


def metric_mutants(telemetry: Telemetry) -> Iterator[Mutant]:
    """Yield the mutants of each metric, by name, in all exports of it; and of one of its points alone."""
    for name in sorted({str(metric.get("name", "")) for metric in telemetry.metrics}):
        own = [metric for metric in telemetry.metrics if metric.get("name") == name]
        rest = tuple(metric for metric in telemetry.metrics if metric.get("name") != name)

        def put(new: Sequence[Metric], rest: tuple[Metric, ...] = rest) -> Telemetry:
            return replace(telemetry, metrics=(*rest, *new))

        yield from applied(_changes(f"metric {name}"), own, (), str, "in all exports", put)
        yield from _of_points(name, own, put)


def _of_points(name: str, own: Sequence[Metric], put: Callable[[Sequence[Metric]], Telemetry]) -> Iterator[Mutant]:
    points = tuple(Point(n, point) for n, metric in enumerate(own) for point in _points(metric))

    def put_points(new: Sequence[Point]) -> Telemetry:
        return put([_with_points(metric, [p.fields for p in new if p.export == n]) for n, metric in enumerate(own)])

    middle = [len(points) // 2] if len(points) > 1 else []
    changes = changed_points(points, f"metric {name}")
    yield from applied(changes, points, middle, lambda n: f"on point {n + 1} only", "on all points", put_points)


def _points(metric: Metric) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = metric.get(kind_of(metric), {}).get("dataPoints", ())
    return found


def _with_points(metric: Metric, points: Sequence[Mapping[str, Any]]) -> Metric:
    kind = kind_of(metric)
    return {**metric, kind: {**metric[kind], "dataPoints": points}} if kind else metric


def _changes(part: str) -> Iterator[Change[Metric]]:
    def one(what: str, words: str, new: Callable[[Metric], Metric]) -> Change[Metric]:
        return Change(f"{part} {what}", words, lambda metric, _: (new(metric),))

    yield Change(part, "dropped", lambda metric, _: ())
    yield Change(part, "written twice", lambda metric, _: (metric, metric))
    yield one("name", "altered", lambda metric: {**metric, "name": f"{metric.get('name', '')}x"})
    yield one("unit", "dropped", lambda metric: {key: value for key, value in metric.items() if key != "unit"})
    yield one("unit", "in thousandths", lambda metric: {**metric, "unit": f"m{metric.get('unit', '')}"})
    for kind in ("sum", "gauge", "histogram"):
        yield one("type", f"is {kind}", _as_kind(kind))
    yield one("temporality", "is the other", _with_other_temporality)
    yield one("monotony", "is the other", _with_other_monotony)


def _as_kind(kind: str) -> Callable[[Metric], Metric]:
    return lambda metric: {kind if key == kind_of(metric) else key: value for key, value in metric.items()}


def _with_other_temporality(metric: Metric) -> Metric:
    kind = kind_of(metric)
    known = metric.get(kind, {}).get("aggregationTemporality")
    if not known:
        return metric
    return {**metric, kind: {**metric[kind], "aggregationTemporality": _BOTH_TEMPORALITIES - known}}


def _with_other_monotony(metric: Metric) -> Metric:
    if "sum" not in metric:
        return metric
    return {**metric, "sum": {**metric["sum"], "isMonotonic": not metric["sum"].get("isMonotonic", False)}}
