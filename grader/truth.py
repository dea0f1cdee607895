"""The ledger as the grader reads it: what really happened, in the simulator's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Asked:
    """One customer request. `at_ns` is Unix nanoseconds; `outcome` is "answered", "failed" or "open"."""

    id: str
    at_ns: int
    prompt_name: str
    prompt_version: str
    template_sha256: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to the model endpoint, as the provider saw it.

    Times are Unix nanoseconds. `status` is None when no answer came in time; `error` is the provider's code for the
    failure, or None; tokens are what the provider reported, or None; `chunks_read` is how far a stream was read.
    """

    request_id: str | None
    number: int
    sent_at_ns: int
    ended_at_ns: int
    model: str
    status: int | None
    error: str | None
    answered_by: str | None
    response_id: str | None
    finish_reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    streamed: bool
    chunks_read: int = 0

    @property
    def answered(self) -> bool:
        """Tell whether the model answered."""
        return self.error is None

    @property
    def heard(self) -> bool:
        """Tell whether the model answered and somebody listened: a stream can be begun and left unread."""
        return self.answered and (not self.streamed or self.chunks_read > 0)

    @property
    def broke_off(self) -> bool:
        """Tell whether the connection broke: before the answer, or in the middle of a stream (whose status is 200)."""
        return self.error == "stream_cut"

    @property
    def tokens(self) -> tuple[int | None, int | None]:
        """Input and output tokens as the caller learns them: of a stream that broke off, the ledger knows more."""
        return (self.input_tokens, self.output_tokens) if self.answered else (None, None)

    @property
    def label(self) -> str:
        """Name the attempt for a person."""
        return f"attempt {self.number} of request {self.request_id}" if self.request_id else "a call outside the run"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The truth of one run, in the order in which things happened.

    `expected_requests` is how many requests a run played to its end has; None if no run was begun.
    """

    requests: tuple[Asked, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    expected_requests: int | None = None

    @property
    def begun(self) -> bool:
        """Tell whether a run was begun at all; a few calls outside one leave no run."""
        return self.expected_requests is not None or bool(self.requests)

    @property
    def whole(self) -> bool:
        """Tell whether the run was played to its end."""
        return self.expected_requests is None or len(self.requests) >= self.expected_requests

    @property
    def heard(self) -> int:
        """Count the requests to which the model gave an answer that somebody listened to."""
        return len({attempt.request_id for attempt in self.attempts if attempt.request_id and attempt.heard})

    def request(self, request_id: str | None) -> Asked | None:
        """Return the request of that id, if there is one."""
        return next((asked for asked in self.requests if asked.id == request_id), None)


T = TypeVar("T", Asked, Attempt)


def _entry(kind: type[T], entry: Mapping[str, Any]) -> T:
    return kind(**{f.name: entry[f.name] for f in fields(kind) if f.default is MISSING or f.name in entry})


def _measured(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[f"measured_{name}"] for name in ("sent_at_ns", "ended_at_ns") if f"measured_{name}" in entry}


def read_entries(entries: Iterable[Mapping[str, Any]]) -> Ledger:
    """Read ledger entries; kinds and keys that the grader does not know are passed over.

    Where a server measured an attempt on the real clock, that is the truth about its times.
    """
    requests: list[Asked] = []
    attempts: list[Attempt] = []
    expected: int | None = None
    for entry in entries:
        if entry.get("kind") == "request":
            requests.append(_entry(Asked, entry))
        elif entry.get("kind") == "attempt":
            attempts.append(_entry(Attempt, {**entry, **_measured(entry)}))
        elif entry.get("kind") == "run":
            expected = int(entry["requests"])
    return Ledger(tuple(requests), tuple(attempts), expected)


def read_ledger(path: Path) -> Ledger:
    """Read a ledger file of a practice run; one that does not exist holds nothing.

    A last line that is still being written is left out.

    Raises:
        ValueError: if the file is damaged.
    """
    if not path.is_file():
        return Ledger()
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    try:
        return read_entries(json.loads(line) for line in whole.split("\n") if line)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path.name} is damaged. Run serve() again: it writes a new one.") from error
