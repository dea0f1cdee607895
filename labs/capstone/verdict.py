"""Is it hurting users now? One sentence, and whether the answer is yes."""

from __future__ import annotations

from dataclasses import dataclass

from grader.indicators import Summary
from labs.capstone import limits
from labs.capstone.board import Window
from labs.capstone.words import percent, seconds

HURTING, WATCH, CALM, UNKNOWN = "Hurting users", "Watch", "Calm", "No answer"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The board's first line: one of four words, and the reason with its numbers."""

    word: str
    reason: str


def judge_now(now: Window) -> Verdict:
    """Answer from the latest stretch of a run.

    Requests without an answer come first, then slowness. Failed calls alone hurt nobody as long as a retry brings the
    answer: then the word is "Watch". Calls that do not say which attempt they are count as requests.
    """
    seen = now.summary
    share = seen.failed_share
    if share is None:
        return Verdict(UNKNOWN, "There is no call to judge by.")
    calls = f"{seen.failed:,} of {seen.calls:,} calls failed ({percent(share)})"
    many = seen.failed >= limits.FEWEST and share > limits.FAILED_SHARE
    limit = f"the limit is {percent(limits.FAILED_SHARE)}"
    lost = _lost(seen)
    if lost is not None and lost[0] >= limits.FEWEST and lost[1] > limits.FAILED_SHARE:
        requests = f"{lost[0]:,} of {seen.requests:,} requests went without an answer ({percent(lost[1])})"
        return Verdict(HURTING, f"{requests} in the {now.words}; {limit}.")
    if many and lost is None:
        return Verdict(HURTING, f"{calls} in the {now.words}; {limit}.")
    p95_s = seen.latency_p95_s
    if p95_s is not None and p95_s > limits.LATENCY_P95_S and now.slow >= limits.FEWEST:
        slow = f"p95 latency is {seconds(p95_s)} in the {now.words}"
        return Verdict(HURTING, f"{slow}; the limit is {seconds(limits.LATENCY_P95_S)}.")
    if many and lost is not None:
        kept = (
            "retries answered every request" if not lost[0] else f"{lost[0]} of {seen.requests} requests got no answer"
        )
        return Verdict(WATCH, f"{calls} in the {now.words}; {limit}; {kept}.")
    latency = f"p95 latency is {seconds(p95_s)}" if p95_s is not None else "no call was answered"
    return Verdict(CALM, f"{calls} in the {now.words}; {latency}.")


def _lost(seen: Summary) -> tuple[int, float] | None:
    return (seen.unanswered, seen.unanswered / seen.requests) if seen.requests and seen.unanswered is not None else None
