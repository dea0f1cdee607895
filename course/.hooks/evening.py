"""An evening of the support bot as numbers for sentences: a pure function of the ledger's rows.

So a page can only say what the run did.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from grader.truth import Asked, Attempt, read_entries

NS = 1_000_000_000


def ending(attempt: Attempt) -> str:
    """Say how an attempt ended, in the words of the figures: "200", "429", "5xx" or "timeout"."""
    if attempt.status is None:
        return "timeout"
    return "5xx" if attempt.status >= 500 else str(attempt.status)


@dataclass(frozen=True, slots=True)
class Evening:
    """What happened: each request, and each attempt, in order."""

    requests: tuple[Asked, ...]
    attempts: tuple[Attempt, ...]

    def of(self, request: Asked) -> tuple[Attempt, ...]:
        """Return the attempts of one request, in order."""
        return tuple(attempt for attempt in self.attempts if attempt.request_id == request.id)

    @property
    def story(self) -> Asked:
        """Return the answered request that took the most attempts; of several, the one that took longest."""
        answered = (request for request in self.requests if request.outcome == "answered")
        return max(answered, key=lambda asked: (len(self.of(asked)), self.of(asked)[-1].ended_at_ns - asked.at_ns))


def read(rows: Iterable[Mapping[str, Any]]) -> Evening:
    """Read the ledger's rows; times are Unix nanoseconds on the simulated clock."""
    ledger = read_entries(rows)
    return Evening(ledger.requests, tuple(attempt for attempt in ledger.attempts if attempt.request_id))


def numbers(evening: Evening) -> dict[str, str]:
    """Return every number a page may quote, as text, by the name it has in a page."""
    kinds = Counter(ending(attempt) for attempt in evening.attempts)
    failed = len(evening.attempts) - kinds["200"]
    values: dict[str, object] = {
        "requests": len(evening.requests),
        "answered": sum(request.outcome == "answered" for request in evening.requests),
        "attempts": len(evening.attempts),
        "failed": failed,
        "failed_percent": f"{100 * failed / len(evening.attempts):.0f}",
        "rate_limited": kinds["429"],
        "rate_limited_s": _seconds(round(median(_lengths_ns(evening, "429")))),
        "server_errors": kinds["5xx"],
        "timeouts": kinds["timeout"],
        "cut": sum(attempt.finish_reason == "length" for attempt in evening.attempts),
        "begins": clock(evening.requests[0].at_ns),
        "ends": clock(evening.attempts[-1].ended_at_ns),
    }
    values |= _story(evening) | _moved(evening) | _edited(evening)
    return {f"run.{name}": str(value) for name, value in values.items()}


def clock(unix_ns: int, form: str = "%H:%M") -> str:
    """Say a moment (Unix nanoseconds) in UTC."""
    return datetime.fromtimestamp(unix_ns / NS, UTC).strftime(form)


def _story(evening: Evening) -> dict[str, object]:
    asked = evening.story
    story = evening.of(asked)
    last = story[-1]
    return {
        "day": clock(asked.at_ns, "%A, %d %B %Y"),
        "story.id": asked.id,
        "story.at": clock(asked.at_ns, "%H:%M:%S"),
        "story.attempts": len(story),
        "story.waited_s": _seconds(last.ended_at_ns - asked.at_ns),
        "story.before_last_s": _seconds(last.sent_at_ns - asked.at_ns),
        "story.last_s": _seconds(last.ended_at_ns - last.sent_at_ns),
        "story.failed_s": _seconds(sum(attempt.ended_at_ns - attempt.sent_at_ns for attempt in story[:-1])),
        "story.errors": " and ".join(ending(attempt) for attempt in story[:-1]),
    }


def _moved(evening: Evening) -> dict[str, object]:
    """Find when a model's alias began to mean another snapshot."""
    seen: dict[str, str] = {}
    for attempt in evening.attempts:
        if attempt.answered_by is None:
            continue
        if seen.setdefault(attempt.model, attempt.answered_by) != attempt.answered_by:
            when = clock(attempt.sent_at_ns)
            return {"moved.at": when, "moved.alias": attempt.model, "moved.to": attempt.answered_by}
    return {}


def _edited(evening: Evening) -> dict[str, object]:
    """Find when a prompt's text changed under an unchanged version."""
    seen: dict[tuple[str, str], str] = {}
    for asked in evening.requests:
        label = (asked.prompt_name, asked.prompt_version)
        if seen.setdefault(label, asked.template_sha256) != asked.template_sha256:
            return {"edited.at": clock(asked.at_ns), "edited.name": label[0], "edited.version": label[1]}
    return {}


def _lengths_ns(evening: Evening, kind: str) -> list[int]:
    """Return how long each attempt took that ended this way; a nought if there was none."""
    return [a.ended_at_ns - a.sent_at_ns for a in evening.attempts if ending(a) == kind] or [0]


def _seconds(duration_ns: int) -> str:
    return f"{duration_ns / NS:.1f}"
