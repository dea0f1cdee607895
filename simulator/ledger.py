"""The ledger: what the simulator really did, request by request and attempt by attempt. Checks compare with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run: its scenario, how many customer requests it holds when played to its end, and what befell it.

    Each of `incidents` has name, kind, strength, culprit (dimension and value), whether it is a decoy, and its window
    as `start_ns` and `end_ns` (Unix nanoseconds).
    """

    scenario: str
    requests: int
    incidents: tuple[Mapping[str, Any], ...] = ()
    kind: str = "run"


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One customer request: when it came, from whom, with which prompt, and how the learner's code dealt with it.

    `customer` is the record of the person who asks; `topic` names the document that answers, `order_id` the order in
    question (None if there is none); `incident` names the incidents under way, joined by "+". `outcome` is "answered",
    "failed" (an API error left the learner's code) or "open" (not finished).
    """

    id: str
    at_ns: int
    prompt_name: str
    prompt_version: str
    template_sha256: str
    tenant: str = ""
    model: str = ""
    topic: str = ""
    order_id: str | None = None
    customer: Mapping[str, str] | None = None
    incident: str | None = None
    stale: bool = False
    question_tokens: int = 0
    outcome: str = "open"
    kind: str = "request"


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One step of the bot beside the model: "search", "rerank" or "look_up", with its times (Unix nanoseconds)."""

    request_id: str | None
    step: str
    started_at_ns: int
    ended_at_ns: int
    kind: str = "step"


@dataclass(frozen=True, slots=True)
class AttemptEntry:
    """One call to the model endpoint. Times are simulated Unix nanoseconds; tokens are what the provider reported.

    `request_id` is None for a call outside a run. `status` is the HTTP status, or None when no answer came in time.
    `error` is the provider's code for the failure ("rate_limit_exceeded", "server_error", "timeout", "stream_cut") or
    None. `first_chunk_at_ns`, `last_chunk_at_ns`, `chunks` and `chunks_read` describe streams, whose `ended_at_ns` is
    when their reader got the last chunk it asked for (or hung up without one). `finish_reason` and tokens are the
    provider's, also of a stream that nobody read to its end; `usage_sent` says whether they were sent.

    `usable` is the truth about the answer (None where there is none to judge: an error, or a call of a tool), and
    `defect` says what is wrong with it; `judge_score` is what the simulated judge makes of it. `cost_usd` is None
    without a price.
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
    last_chunk_at_ns: int | None = None
    chunks: int = 0
    chunks_read: int = 0
    usable: bool | None = None
    defect: str | None = None
    cost_usd: float | None = None
    judge_score: float | None = None
    kind: str = "attempt"


Entry = RunEntry | RequestEntry | StepEntry | AttemptEntry
Sink = Callable[[dict[str, Any]], None]

_NAMES = {
    kind.__dataclass_fields__["kind"].default: [f.name for f in fields(kind)]
    for kind in (RunEntry, RequestEntry, StepEntry, AttemptEntry)
}


def plain(entry: Entry) -> dict[str, Any]:
    """Return an entry as a plain dictionary."""
    return {name: getattr(entry, name) for name in _NAMES[entry.kind]}


class Ledger:
    """The entries of one run, in the order in which things happened.

    With a sink, each entry is handed over once nothing will change it, and is not kept: a server's memory stays flat.
    """

    def __init__(self, run: RunEntry | None = None, *, sink: Sink | None = None, first: int = 0) -> None:
        """Start empty; without a run, for calls that somebody makes before one. Attempts are numbered from `first`."""
        self.run = run
        self.requests: list[RequestEntry] = []
        self.attempts: list[AttemptEntry] = []
        self.steps: list[StepEntry] = []
        self._sink, self._first, self._count = sink, first, 0
        self._open: dict[int, AttemptEntry] = {}
        if run is not None and sink is not None:
            sink(plain(run))

    @property
    def kept(self) -> bool:
        """Tell whether the entries stay in memory: there is no sink."""
        return self._sink is None

    @property
    def next_number(self) -> int:
        """The number that the next attempt gets."""
        return self._first + self._count

    def add_request(self, entry: RequestEntry) -> None:
        """Record a customer request."""
        self._finish_requests()
        self.requests.append(entry)

    def finish(self) -> None:
        """Hand over what nobody has closed and nobody will close any more, if there is a sink."""
        self._finish_requests()
        if self._sink is not None:
            for entry in self._open.values():
                self._sink(plain(entry))
            self._open.clear()

    def _finish_requests(self) -> None:
        if self._sink is not None:
            for entry in self.requests:
                self._sink(plain(entry))
            self.requests.clear()

    def add_step(self, entry: StepEntry) -> None:
        """Record a step."""
        if self._sink is None:
            self.steps.append(entry)
        else:
            self._sink(plain(entry))

    def add_attempt(self, entry: AttemptEntry) -> None:
        """Record an attempt; a stream's end comes later."""
        number, self._count = self.next_number, self._count + 1
        if self._sink is None:
            self.attempts.append(entry)
        elif entry.streamed:
            self._open[number] = entry
        else:
            self._sink(plain(entry))

    def close_request(self, outcome: str) -> None:
        """Record how the request under way ended."""
        if self.requests:
            self.requests[-1] = replace(self.requests[-1], outcome=outcome)
            if self._sink is not None:
                self._sink(plain(self.requests.pop()))

    def close_stream(self, number: int, ended_at_ns: int, chunks_read: int) -> None:
        """Record when a stream's reader got its last chunk, and how many it got; what cannot be is put right."""
        position = number - self._first
        if self._sink is not None:
            entry = self._open.pop(number, None)
            if entry is not None:
                self._sink(plain(_closed(entry, ended_at_ns, chunks_read)))
        elif 0 <= position < len(self.attempts):
            self.attempts[position] = _closed(self.attempts[position], ended_at_ns, chunks_read)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield all entries as plain dictionaries: the run, its requests, its steps, its attempts."""
        begun = [self.run] if self.run else []
        everything: list[Entry] = [*begun, *self.requests, *self.steps, *self.attempts]
        yield from map(plain, everything)


def _closed(entry: AttemptEntry, ended_at_ns: int, chunks_read: int) -> AttemptEntry:
    if not entry.streamed:
        return entry
    read = min(max(chunks_read, 0), entry.chunks)
    # Nobody has read a chunk before it was sent, whatever a client says.
    sent_ns = entry.last_chunk_at_ns if read == entry.chunks else entry.first_chunk_at_ns if read else None
    return replace(entry, ended_at_ns=max(ended_at_ns, sent_ns or entry.sent_at_ns), chunks_read=read)


def to_lines(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield one JSON line per entry."""
    for entry in entries:
        yield json.dumps(entry, separators=(",", ":")) + "\n"
