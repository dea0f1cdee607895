"""The numbers a page quotes are those of the ledger."""

from collections.abc import Callable
from typing import Any

import pytest

Hook = Callable[[str], Any]

SECOND = 1_000_000_000
START = 1_795_197_600 * SECOND  # 2026-11-20T18:00:00Z, a Friday


def request(name: str, at_s: float, sha: str = "a", outcome: str = "answered") -> dict[str, Any]:
    return {
        "kind": "request",
        "id": name,
        "at_ns": START + int(at_s * SECOND),
        "prompt_name": "support-answer",
        "prompt_version": "v7",
        "template_sha256": sha,
        "outcome": outcome,
    }


def attempt(
    name: str, number: int, sent_s: float, ended_s: float, status: int | None = 200, answered_by: str = "old"
) -> dict[str, Any]:
    return {
        "kind": "attempt",
        "request_id": name,
        "number": number,
        "sent_at_ns": START + int(sent_s * SECOND),
        "ended_at_ns": START + int(ended_s * SECOND),
        "model": "lumen-mid",
        "answered_by": answered_by if status == 200 else None,
        "finish_reason": "stop" if status == 200 else None,
        "status": status,
        "error": None if status == 200 else "failed",
        "response_id": None,
        "input_tokens": 15,
        "output_tokens": 5,
        "streamed": False,
    }


ROWS = [
    request("r-1", 0),
    attempt("r-1", 1, 0, 0.5, 429),
    attempt("r-1", 2, 2.5, 12.5, None),
    attempt("r-1", 3, 16.5, 18),
    request("r-2", 60, "b"),
    attempt("r-2", 1, 60, 61, 200, "lumen-mid-2026-11-12"),
    request("r-3", 120, "b", "failed"),
    attempt("r-3", 1, 120, 121, 503),
    attempt("outside", 1, 200, 201) | {"request_id": None},
]


@pytest.fixture
def numbers(hook: Hook) -> dict[str, str]:
    evening = hook("evening")
    found: dict[str, str] = evening.numbers(evening.read(ROWS))
    return found


def test_attempts_are_counted_by_how_they_ended(numbers: dict[str, str]) -> None:
    assert [numbers[f"run.{name}"] for name in ("requests", "answered", "attempts", "failed")] == ["3", "2", "5", "3"]
    assert [numbers[f"run.{name}"] for name in ("rate_limited", "server_errors", "timeouts")] == ["1", "1", "1"]


def test_the_story_is_the_answered_request_with_most_attempts(numbers: dict[str, str]) -> None:
    assert (numbers["run.story.id"], numbers["run.day"]) == ("r-1", "Friday, 20 November 2026")
    assert (numbers["run.story.waited_s"], numbers["run.story.before_last_s"]) == ("18.0", "16.5")
    assert (numbers["run.story.last_s"], numbers["run.story.failed_s"]) == ("1.5", "10.5")
    assert numbers["run.rate_limited_s"] == "0.5"


def test_the_moves_are_found(numbers: dict[str, str]) -> None:
    assert (numbers["run.moved.at"], numbers["run.moved.to"]) == ("18:01", "lumen-mid-2026-11-12")
    assert (numbers["run.edited.at"], numbers["run.edited.version"]) == ("18:01", "v7")


def test_a_panel_draws_one_mark_for_each_attempt(hook: Hook) -> None:
    figure = hook("panels").home_figure(hook("evening").read(ROWS))
    left, right = figure.split("What the attempts behind it say")
    assert left.count("<g transform") == 3
    assert right.count("<g transform") == 5
    assert "2 of 3 requests answered with status 200" in left
    assert "3 of 5 calls to the model failed" in right
