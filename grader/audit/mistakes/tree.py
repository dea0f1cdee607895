"""Mistakes of how spans hang together: lost context, spans made twice, kinds, hidden retries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from grader.audit.calls import Call
from grader.audit.evidence import Evidence, key_of
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake
from grader.telemetry import Span

_ONE_SPAN_PER_ATTEMPT = Lesson("06", "one-span-per-attempt")


def service_of(span: Span) -> str:
    """Return the service that a span is from."""
    return str(span.resource.get("service.name", ""))


def _roots(evidence: Evidence) -> tuple[list[Call], set[str]]:
    """Return the calls alone in their trace, and the services that have a root span which is no call."""
    sizes = Counter(span.trace_id for span in evidence.telemetry.spans)
    alone = [call for call in evidence.calls if not call.span.parent_id and sizes[call.span.trace_id] == 1]
    rooted = {
        service_of(span)
        for span in evidence.telemetry.spans
        if not span.parent_id and key_of(span) not in evidence.call_at
    }
    return alone, rooted


def _lost(evidence: Evidence) -> Iterator[Found]:
    alone, rooted = _roots(evidence)
    return (Found(call) for call in alone if service_of(call.span) in rooted)


def _no_request(evidence: Evidence) -> Iterator[Found]:
    alone, rooted = _roots(evidence)
    return (Found(call) for call in alone if service_of(call.span) not in rooted)


def _twice(evidence: Evidence) -> Iterator[Found]:
    by_response: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in evidence.calls:
        if call.text("response_id"):
            by_response[call.span.trace_id, call.text("response_id")].append(call)
        above = evidence.parent(call.span)
        outer = evidence.call_at.get(key_of(above)) if above else None
        if outer and _same_call(outer, call):
            yield Found(call, _scopes(outer, call))
    for first, *others in by_response.values():
        yield from (Found(call, _scopes(first, call)) for call in others if call.span.parent_id != first.span.span_id)


def _same_call(outer: Call, inner: Call) -> bool:
    """Tell whether a call inside a call is the same one, seen by another instrumentation."""
    models = {outer.text("request_model"), outer.text("response_model")} - {""}
    return outer.span.scope != inner.span.scope and (
        not models or bool(models & {inner.model, inner.text("response_model")})
    )


def _scopes(first: Call, second: Call) -> str:
    names = sorted({first.span.scope or "(no name)", second.span.scope or "(no name)"})
    return " and ".join(f"`{name}`" for name in names)


def _hidden_retries(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        below = [span for span in evidence.below(call.span) if span.kind == "CLIENT" and _is_http(span)]
        resent = any(span.attributes.get("http.request.resend_count") for span in below)
        if len(below) > 1 or resent:
            yield Found(
                call, f"{len(below)} HTTP requests in one span" if len(below) > 1 else "an HTTP request sent again"
            )


def _is_http(span: Span) -> bool:
    return "http.request.method" in span.attributes or "http.method" in span.attributes


def _internal(evidence: Evidence) -> Iterator[Found]:
    return (Found(call) for call in evidence.calls if call.span.kind != "CLIENT")


MISTAKES = (
    Mistake(
        "lost-context",
        "Model spans that lost their request",
        "serious",
        10,
        "Other traces of this service begin with a request; these hold one model span alone. Carry the context "
        "into the "
        "thread or task: `ctx = contextvars.copy_context(); executor.submit(ctx.run, function)`.",
        Lesson("05"),
        _lost,
    ),
    Mistake(
        "no-request-span",
        "No span around the request",
        "advice",
        3,
        "Open one span for what the user asked; its model, tool and retrieval spans then hang below it.",
        Lesson("05"),
        _no_request,
    ),
    Mistake(
        "recorded-twice",
        "One call, two spans",
        "serious",
        15,
        "Two instrumentations record the same call, so that tokens and cost count twice. Turn one off.",
        _ONE_SPAN_PER_ATTEMPT,
        _twice,
    ),
    Mistake(
        "hidden-retries",
        "Retries inside one span",
        "worth fixing",
        5,
        "Give each attempt a span of its own, with the client's own retries off: its wait and its tokens are paid for.",
        _ONE_SPAN_PER_ATTEMPT,
        _hidden_retries,
    ),
    Mistake(
        "not-client",
        "Model spans whose kind is not CLIENT",
        "advice",
        2,
        "Open them with `kind=SpanKind.CLIENT`, unless the model runs in your own process.",
        Lesson("06", "say-what-it-is"),
        _internal,
    ),
)
