"""Mistakes of how calls ended: errors, verdicts on answers, and the attributes of metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake
from grader.otlp_values import attributes

_MANY_VALUES, _LONG_VALUE = 100, 200
_NAMES_PER_CALL = """
    user.id enduser.id session.id gen_ai.conversation.id gen_ai.response.id trace_id span_id request.id
    gen_ai.input.messages gen_ai.output.messages gen_ai.prompt gen_ai.completion input.value output.value
"""
_ONE_PER_CALL = frozenset(_NAMES_PER_CALL.split())


def _no_error_type(evidence: Evidence) -> Iterator[Found]:
    return (Found(c) for c in evidence.calls if c.span.status == "ERROR" and not c.text("error_type"))


def _not_marked(evidence: Evidence) -> Iterator[Found]:
    return (Found(c) for c in evidence.calls if c.text("error_type") and c.span.status != "ERROR" and not c.abandoned)


def _untied(evidence: Evidence) -> Iterator[Found]:
    return (Found(None, "a verdict names no span and no response of a call") for _ in evidence.untied)


def _one_per_call(evidence: Evidence) -> Iterator[Found]:
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    told: set[tuple[str, str]] = set()
    for metric in evidence.telemetry.metrics:
        for key, value in _dimensions(metric):
            place = str(metric.get("name", ""))[:_LONG_VALUE], key
            values = seen[place]
            if len(values) <= _MANY_VALUES:
                values.add(value[: _LONG_VALUE + 1])
            if place not in told and (key in _ONE_PER_CALL or len(value) > _LONG_VALUE or len(values) > _MANY_VALUES):
                told.add(place)
                yield Found(None, f"`{place[0]}` has `{key}`")


def _dimensions(metric: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("sum", "gauge", "histogram", "exponentialHistogram", "summary"):
        found = metric.get(kind)
        points = found.get("dataPoints") if isinstance(found, Mapping) else None
        for point in points if isinstance(points, list) else ():
            try:
                yield from ((key[:_LONG_VALUE], str(value)) for key, value in attributes(point["attributes"]).items())
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
                continue  # metrics come as they were sent: what is damaged in them is not what is asked here


MISTAKES = (
    Mistake(
        "error-without-type",
        "Errors without `error.type`",
        "worth fixing",
        5,
        "Set `error.type` to the exception's class or the status code: without it a rate limit and a bug look the "
        "same.",
        Lesson("06", "errors"),
        _no_error_type,
    ),
    Mistake(
        "error-not-marked",
        "Errors on spans whose status is not ERROR",
        "worth fixing",
        5,
        "Set the status too: error rates and samplers that keep errors read the status.",
        Lesson("06", "errors"),
        _not_marked,
    ),
    Mistake(
        "verdict-untied",
        "Verdicts that lead to no call",
        "serious",
        10,
        "Emit `gen_ai.evaluation.result` in the context of the model's span, or set the answer's "
        "`gen_ai.response.id` on it.",
        Lesson("09"),
        _untied,
    ),
    Mistake(
        "metric-per-call",
        "Metric attributes with a value for each call or user",
        "serious",
        10,
        "Take them off the metric and keep them on the span: an SDK folds everything beyond 2000 combinations into "
        "one.",
        Lesson("13"),
        _one_per_call,
    ),
)
