"""Everything that a signal or a mistake may ask of the telemetry, looked up once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.audit.calls import Call, read_calls
from grader.telemetry import Span, Telemetry

Key = tuple[str, str]
_EVALUATION = "gen_ai.evaluation.result"
_HIGHEST = 100
"""So many ancestors of a span are looked at: a ring of parents ends, too."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A verdict on an answer: the attributes of its event, and the span and response it names."""

    attributes: Mapping[str, Any]
    span: Key | None
    response_id: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The telemetry and what was found in it. Spans and children are looked up by (trace id, span id)."""

    telemetry: Telemetry
    calls: tuple[Call, ...]
    spans: Mapping[Key, Span]
    children: Mapping[Key, tuple[Span, ...]]
    call_at: Mapping[Key, Call]
    evaluations: tuple[Evaluation, ...]
    evaluated: frozenset[Key]
    untied: tuple[Evaluation, ...]

    def parent(self, span: Span) -> Span | None:
        """Return a span's parent, if it is in the telemetry."""
        return self.spans.get((span.trace_id, span.parent_id)) if span.parent_id else None

    def ancestors(self, span: Span) -> Iterator[Span]:
        """Yield parent, grandparent and so on."""
        found = self.parent(span)
        for _ in range(_HIGHEST):
            if found is None:
                return
            yield found
            found = self.parent(found)

    def below(self, span: Span) -> tuple[Span, ...]:
        """Return a span's children; of several spans with one id, the first has them all, and the others none."""
        key = key_of(span)
        return self.children.get(key, ()) if self.spans.get(key) is span else ()


def key_of(span: Span) -> Key:
    """Return how a span is looked up."""
    return span.trace_id, span.span_id


def collect(telemetry: Telemetry) -> Evidence:
    """Look everything up."""
    calls = tuple(read_calls(telemetry.spans))
    spans: dict[Key, Span] = {}
    children: dict[Key, list[Span]] = {}
    for span in telemetry.spans:
        spans.setdefault(key_of(span), span)
        if span.parent_id:
            children.setdefault((span.trace_id, span.parent_id), []).append(span)
    evaluations = tuple(_evaluations(telemetry))
    call_at = {key_of(call.span): call for call in calls}
    answered = {call.text("response_id"): key_of(call.span) for call in calls if "response_id" in call.facts}
    evaluated: set[Key] = set()
    untied = []
    for evaluation in evaluations:
        of_span = evaluation.span if evaluation.span in call_at else None
        key = of_span or answered.get(evaluation.response_id)
        if key:
            evaluated.add(key)
        else:
            untied.append(evaluation)
    return Evidence(
        telemetry,
        calls,
        spans,
        {key: tuple(found) for key, found in children.items()},
        call_at,
        evaluations,
        frozenset(evaluated),
        tuple(untied),
    )


def _evaluations(telemetry: Telemetry) -> Iterator[Evaluation]:
    """Find verdicts: log records, events of spans, and attributes of spans themselves."""
    for log in telemetry.logs:
        if log.event_name == _EVALUATION or "gen_ai.evaluation.name" in log.attributes:
            key = (log.trace_id, log.span_id) if log.trace_id and log.span_id else None
            yield _evaluation(log.attributes, key)
    for span in telemetry.spans:
        if "gen_ai.evaluation.name" in span.attributes:
            yield _evaluation(span.attributes, key_of(span))
        for event in span.events:
            if event.name == _EVALUATION or "gen_ai.evaluation.name" in event.attributes:
                yield _evaluation(event.attributes, key_of(span))


def _evaluation(attributes: Mapping[str, Any], key: Key | None) -> Evaluation:
    return Evaluation(attributes, key, str(attributes.get("gen_ai.response.id", "")))
