"""Spans, attempts and files as small as a test needs them; times in whole seconds of an invented evening."""

from __future__ import annotations

from typing import Any

from grader.evidence import Evidence
from grader.report import Result
from grader.telemetry import Span, Telemetry
from grader.truth import Asked, Attempt, Ledger

START_NS = 1_795_000_000_000_000_000
S = 1_000_000_000


def span(at_s: float = 0, lasts_s: float = 1, *, id: str = "b1", **changes: Any) -> Span:
    start_ns = START_NS + round(at_s * S)
    given: dict[str, Any] = {
        "trace_id": "a1",
        "span_id": id,
        "parent_id": None,
        "name": "chat lumen-mid",
        "kind": "CLIENT",
        "start_ns": start_ns,
        "end_ns": start_ns + round(lasts_s * S),
        "attributes": {"gen_ai.operation.name": "chat"},
    }
    return Span(**(given | changes))


def attempt(
    at_s: float = 0, lasts_s: float = 1, *, number: int = 1, request: str | None = "r-0001", **changes: Any
) -> Attempt:
    sent_ns = START_NS + round(at_s * S)
    given: dict[str, Any] = {
        "request_id": request,
        "number": number,
        "sent_at_ns": sent_ns,
        "ended_at_ns": sent_ns + round(lasts_s * S),
        "model": "lumen-mid",
        "status": 200,
        "error": None,
        "answered_by": "lumen-mid-2026-09-02",
        "response_id": None,
        "finish_reason": "stop",
        "input_tokens": 100,
        "output_tokens": 20,
        "streamed": False,
    }
    return Attempt(**(given | changes))


def failed(
    at_s: float = 0, lasts_s: float = 1, *, status: int | None = 429, error: str = "rate_limit_exceeded", **changes: Any
) -> Attempt:
    nothing: dict[str, Any] = dict.fromkeys(("answered_by", "finish_reason", "input_tokens", "output_tokens"))
    return attempt(at_s, lasts_s, status=status, error=error, **(nothing | changes))


def asked(id: str = "r-0001", at_s: float = 0) -> Asked:
    return Asked(id, START_NS + round(at_s * S), "support-answer", "v7", "00" * 32, "answered")


def evidence(attempts: tuple[Attempt, ...] = (), spans: tuple[Span, ...] = ()) -> Evidence:
    requests = tuple(asked(id) for id in dict.fromkeys(a.request_id for a in attempts) if id)
    return Evidence(Telemetry(spans), Ledger(requests, attempts))


def result(outcome: str = "passed", **changes: Any) -> Result:
    given: dict[str, Any] = {"id": "marks_errors", "title": "Each failed attempt is marked.", "outcome": outcome}
    return Result(**(given | changes))
