"""Changes of spans: their times, their place in the trace, their status and kind, and whether they are there at all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from grader.mutants.attributes import attribute_changes
from grader.mutants.change import Change, Mutant, applied, one_of_each
from grader.telemetry import Event, Span, Telemetry

_SECOND_NS = 1_000_000_000
_KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
_STATUSES = ("UNSET", "OK", "ERROR")
_NEW_ID = "f00d" * 4

SpanChange = Change[Span]


def span_mutants(telemetry: Telemetry, step_ns: int) -> Iterator[Mutant]:
    """Yield the mutants of all spans at once, and of one span of each shape; times move by `step_ns` or a second."""
    spans = telemetry.spans
    if not spans:
        return
    changes = [
        *attribute_changes(spans, lambda s: s.attributes, _with_attributes, "span attribute"),
        *_time_changes(step_ns),
        *_place_changes(),
        *_count_changes(),
        *_field_changes(),
        *_event_changes(),
    ]

    def put(new: tuple[Span, ...]) -> Telemetry:
        return replace(telemetry, spans=new)

    yield from applied(changes, spans, one_of_each(spans, _shape), lambda n: _call(n, spans[n]), "on all spans", put)
    # All spans of a program have one resource: none is changed alone.
    of_resource = attribute_changes(spans, lambda s: s.resource, _with_resource, "resource attribute")
    yield from applied(of_resource, spans, (), str, "on all spans", put)


def _with_resource(span: Span, new: Any) -> Span:
    return replace(span, resource=new)


def _with_attributes(span: Span, new: Any) -> Span:
    return replace(span, attributes=new)


def _shape(span: Span) -> Hashable:
    ending = (span.status, str(span.attributes.get("error.type")), *(event.name for event in span.events))
    return (span.kind, frozenset(span.attributes), span.parent_id is None, ending)


def _call(place: int, span: Span) -> str:
    ending = span.attributes.get("error.type") or f"status {span.status}"
    return f'on span {place + 1} only ("{span.name}", {ending})'


def _one(part: str, words: str, new: Callable[[Span, Sequence[Span]], Span]) -> SpanChange:
    return Change(part, words, lambda span, others: (new(span, others),))


def _set(part: str, words: str, **fields: Any) -> SpanChange:
    return _one(part, words, lambda span, _: replace(span, **fields))


def _moved(part: str, words: str, start_ns: int = 0, end_ns: int = 0) -> SpanChange:
    return _one(
        part, words, lambda span, _: replace(span, start_ns=span.start_ns + start_ns, end_ns=span.end_ns + end_ns)
    )


def _time_changes(step_ns: int) -> Iterator[SpanChange]:
    for by_ns, said in ((step_ns, f"{step_ns / 1e6:g} ms"), (_SECOND_NS, "1 s")):
        yield _moved("span start", f"{said} late", start_ns=by_ns)
        yield _moved("span start", f"{said} early", start_ns=-by_ns)
        yield _moved("span end", f"{said} late", end_ns=by_ns)
        yield _moved("span end", f"{said} early", end_ns=-by_ns)
        yield _moved("span times", f"{said} late", by_ns, by_ns)
    yield _one("span times", "of no length, at its start", lambda span, _: replace(span, end_ns=span.start_ns))
    yield _one("span times", "of no length, at its end", lambda span, _: replace(span, start_ns=span.end_ns))
    yield _one("span times", "swapped", lambda span, _: replace(span, start_ns=span.end_ns, end_ns=span.start_ns))
    for unit, size in (("microseconds", 1000), ("milliseconds", 1_000_000), ("seconds", _SECOND_NS)):
        yield _one("span start", f"in {unit}", partial(_in_unit, start_ns=size))
        yield _one("span end", f"in {unit}", partial(_in_unit, end_ns=size))


def _in_unit(span: Span, _: Sequence[Span], start_ns: int = 1, end_ns: int = 1) -> Span:
    return replace(span, start_ns=span.start_ns // start_ns, end_ns=span.end_ns // end_ns)


def _place_changes() -> Iterator[SpanChange]:
    yield _set("span parent", "lost", parent_id=None)
    yield _set("span parent", "is one that is not there", parent_id=_NEW_ID)
    yield _one("span parent", "is itself", lambda span, _: replace(span, parent_id=span.span_id))
    yield _one(
        "span parent", "is another span", lambda span, others: replace(span, parent_id=_next(span, others).span_id)
    )
    yield _set("span trace", "is another", trace_id=_NEW_ID * 2)
    yield _one(
        "span trace", "is another span's", lambda span, others: replace(span, trace_id=_next(span, others).trace_id)
    )


def _next(span: Span, others: Sequence[Span]) -> Span:
    return others[0] if others else span


def _count_changes() -> Iterator[SpanChange]:
    yield Change("span", "dropped", lambda span, _: ())
    yield Change("span", "written twice", lambda span, _: (span, span))
    yield Change("span", "doubled under another id", lambda span, _: (span, replace(span, span_id=_NEW_ID)))
    yield Change("span", "repeated an hour later", lambda span, _: (span, _later(span)))


def _later(span: Span) -> Span:
    hour_ns = 3600 * _SECOND_NS
    return replace(span, span_id=_NEW_ID, start_ns=span.start_ns + hour_ns, end_ns=span.end_ns + hour_ns)


def _field_changes() -> Iterator[SpanChange]:
    for kind in _KINDS:
        yield _set("span kind", f"set to {kind}", kind=kind)
    for status in _STATUSES:
        yield _set("span status", f"set to {status}", status=status)
    yield _set("span status message", "dropped", status_message="")
    yield _one(
        "span status message", "altered", lambda span, _: replace(span, status_message=f"{span.status_message}x")
    )
    yield _set("span name", "dropped", name="")
    yield _one("span name", "altered", lambda span, _: replace(span, name=f"{span.name}x"))
    yield _set("span scope", "dropped", scope="")


def _event_changes() -> Iterator[SpanChange]:
    def each(edit: Callable[[Event], Event]) -> Callable[[Span, Sequence[Span]], Span]:
        return lambda span, _: replace(span, events=tuple(map(edit, span.events)))

    yield _set("span events", "dropped", events=())
    yield _one("span events", "renamed", each(lambda event: replace(event, name=f"{event.name}x")))
    yield _one("span events", "1 s late", each(lambda event: replace(event, at_ns=event.at_ns + _SECOND_NS)))
    yield _one("span events", "without attributes", each(lambda event: replace(event, attributes={})))
