"""How runs, requests and attempts stand in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from simulator import shop
from simulator.incident import Window
from simulator.ledger import AttemptEntry, RequestEntry, RunEntry
from simulator.provider import NS, Reply, Truth
from simulator.scenario import Scenario
from simulator.traffic import Asked, Traffic

_LONGEST_MODEL = 200


def run_entry(scenario: Scenario, timeline: Sequence[Window]) -> RunEntry:
    """Return the entry of a run that begins."""
    return RunEntry(scenario.name, scenario.requests, tuple(_label(window) for window in timeline))


def _label(window: Window) -> dict[str, Any]:
    incident = window.incident
    return {
        "name": incident.name,
        "kind": incident.kind,
        "decoy": incident.decoy,
        "strength": window.strength,
        "culprit": list(incident.culprit),
        "start_ns": window.start_ns,
        "end_ns": window.end_ns,
    }


def under_way(timeline: Sequence[Window], at_ns: int) -> str | None:
    """Return the names of the incidents under way at a moment, joined by "+", or None."""
    return "+".join(window.incident.name for window in timeline if window.covers(at_ns)) or None


def request_entry(asked: Asked, traffic: Traffic) -> RequestEntry:
    """Return the entry of a request that arrives."""
    prompt = asked.prompt
    return RequestEntry(
        id=asked.id,
        at_ns=asked.at_ns,
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        template_sha256=prompt.sha256,
        tenant=asked.tenant,
        model=asked.model,
        topic=shop.DOCUMENTS[asked.topic.document].name,
        order_id=asked.order.id if asked.prompt.name == "order-status" else None,
        customer=asdict(traffic.customer(asked)),
        incident=under_way(traffic.timeline, asked.at_ns),
        stale=bool(asked.found.stale),
        question_tokens=(asked.found.question_length + 3) // 4,
    )


def attempt_entry(
    reply: Reply, truth: Truth | None, request_id: str | None, number: int, body: Mapping[str, Any], at_ns: int
) -> AttemptEntry:
    """Return the entry of an attempt, from what was sent and what is true of it."""
    # Cut, as whoever asks chooses it: the ledger is kept in memory.
    status, model = reply["status"], str(body.get("model"))[:_LONGEST_MODEL]
    if status != 200 or truth is None:
        error = ("stream_cut" if reply.get("cut") else "timeout") if status is None else reply["body"]["error"]["code"]
        ended_ns = at_ns + round(reply["latency_s"] * NS)
        return AttemptEntry(request_id, number, at_ns, ended_ns, model, status, error)
    chunks = reply.get("chunks")
    head = chunks[0][1] if chunks else reply["body"]
    usage = reply["usage"] if chunks else head["usage"]
    cut = bool(reply.get("cut"))
    judged = not cut and not truth.tool_call
    return AttemptEntry(
        request_id=request_id,
        number=number,
        sent_at_ns=at_ns,
        # A stream has ended when its reader says so.
        ended_at_ns=at_ns + round((0.0 if chunks else reply["latency_s"]) * NS),
        model=model,
        status=status,
        error="stream_cut" if cut else None,
        answered_by=head["model"],
        response_id=head["id"],
        finish_reason=None if cut else _finish_reason(chunks, head),
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        cached_tokens=usage["prompt_tokens_details"]["cached_tokens"],
        streamed=bool(chunks),
        usage_sent=not chunks or chunks[-1][1].get("usage") is not None,
        first_chunk_at_ns=at_ns + round(chunks[0][0] * NS) if chunks else None,
        last_chunk_at_ns=at_ns + sum(round(wait_s * NS) for wait_s, _ in chunks) if chunks else None,
        chunks=len(chunks) if chunks else 0,
        usable=truth.usable if judged else None,
        defect=truth.defect if judged else None,
        cost_usd=truth.cost_usd,
        judge_score=truth.judge_score if judged else None,
    )


def _finish_reason(chunks: list[Any] | None, head: Mapping[str, Any]) -> str:
    if not chunks:
        return str(head["choices"][0]["finish_reason"])
    return next(str(c["choices"][0]["finish_reason"]) for _, c in reversed(chunks) if c["choices"])
