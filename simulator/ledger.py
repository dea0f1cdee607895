"""The ledger: what the simulator really did, request by request and attempt by attempt. Checks compare with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run: its scenario, and how many customer requests it holds when it is played to its end."""

    scenario: str
    requests: int
    kind: str = "run"


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One customer request: when it came, which prompt it was given, and how the learner's code dealt with it.

    `outcome` is "answered", "failed" (an API error left the learner's code) or "open" (not finished).
    """

    id: str
    at_ns: int
    prompt_name: str
    prompt_version: str
    template_sha256: str
    outcome: str = "open"
    kind: str = "request"


@dataclass(frozen=True, slots=True)
class AttemptEntry:
    """One call to the model endpoint. Times are simulated Unix nanoseconds; tokens are what the provider reported.

    `request_id` is None for a call outside a run. `status` is the HTTP status, or None when no answer came in time.
    `error` is the provider's code for the failure ("rate_limit_exceeded", "server_error", "timeout") or None.
    `first_chunk_at_ns`, `chunks` and `chunks_read` describe streams, whose `ended_at_ns` is when their reader got the
    last chunk it asked for (or hung up without one). `finish_reason` and tokens are the provider's, also of a stream
    that nobody read to its end; `usage_sent` says whether they were sent.
    """

    request_id: str | None
    number: int
    sent_at_ns: int
    ended_at_ns: int
    model: str
    status: int | None
    error: str | None = None
    answered_by: str | None = None
    response_id: str | None = None
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    streamed: bool = False
    usage_sent: bool = True
    first_chunk_at_ns: int | None = None
    chunks: int = 0
    chunks_read: int = 0
    kind: str = "attempt"


_NAMES = {
    kind.__dataclass_fields__["kind"].default: [f.name for f in fields(kind)]
    for kind in (RunEntry, RequestEntry, AttemptEntry)
}


class Ledger:
    """The entries of one run, in the order in which things happened."""

    def __init__(self, run: RunEntry | None = None) -> None:
        """Start empty; without a run, for calls that somebody makes before one."""
        self.run = run
        self.requests: list[RequestEntry] = []
        self.attempts: list[AttemptEntry] = []

    def close_request(self, outcome: str) -> None:
        """Record how the request under way ended."""
        self.requests[-1] = replace(self.requests[-1], outcome=outcome)

    def close_stream(self, position: int, ended_at_ns: int, chunks_read: int) -> None:
        """Record when a stream's reader got its last chunk, and how many it got; what cannot be is put right."""
        entry = self.attempts[position]
        ended_at_ns, chunks_read = max(ended_at_ns, entry.sent_at_ns), min(max(chunks_read, 0), entry.chunks)
        if entry.streamed:
            self.attempts[position] = replace(entry, ended_at_ns=ended_at_ns, chunks_read=chunks_read)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield all entries as plain dictionaries: the run, its requests, its attempts."""
        begun = [self.run] if self.run else []
        everything: list[RunEntry | RequestEntry | AttemptEntry] = [*begun, *self.requests, *self.attempts]
        for entry in everything:
            yield {name: getattr(entry, name) for name in _NAMES[entry.kind]}


def to_lines(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield one JSON line per entry."""
    for entry in entries:
        yield json.dumps(entry, separators=(",", ":")) + "\n"
