"""The six signals: for each one, whether a call should have it, and whether it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.audit.calls import Call
from grader.audit.evidence import Evidence, key_of
from grader.audit.lessons import Lesson

QUALITY_SAMPLE = 0.1
"""So large a share of judged answers counts as all of them: a judge is run on a sample."""

_FAR = 20.0

Verdict = bool | None
"""True: it has it; False: it should and has not; None: it does not apply to this call."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One of the six (latency has two parts).

    `weight` is what it adds to a score of 100, `enough` the share of the calls that suffices for all of it.
    """

    id: str
    word: str
    weight: int
    title: str
    fix: str
    lesson: Lesson
    has: Callable[[Call, Evidence], Verdict]
    enough: float = 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """How many calls have a signal, of those to which it applies."""

    signal: Signal
    have: int
    of: int
    without: tuple[Call, ...] = ()

    @property
    def part(self) -> float:
        """The share from 0 to 1 that scores; 1 if it applies to no call."""
        return min(1.0, self.have / self.of / self.signal.enough) if self.of else 1.0


def _prompt(call: Call, evidence: Evidence) -> Verdict:
    return bool(call.text("prompt_version"))


def _response(call: Call, evidence: Evidence) -> Verdict:
    if call.failed:
        return None
    return bool(call.text("response_text") or (call.text("response_id") and call.text("finish_reasons")))


def _tokens(call: Call, evidence: Evidence) -> Verdict:
    if call.failed:
        return None
    # No prompt is empty, so 0 there is a stand-in for "not known".
    return (call.number("input_tokens") or 0) > 0 and call.number("output_tokens") is not None


def _cost(call: Call, evidence: Evidence) -> Verdict:
    if call.failed or call.text("cost_missing"):
        return None
    return (call.number("cost") or 0) > 0


def _duration(call: Call, evidence: Evidence) -> Verdict:
    return call.span.end_ns > call.span.start_ns


def first_chunk_in_milliseconds(call: Call) -> bool:
    """Tell whether the time to first token is far beyond its span, and fits into it as milliseconds."""
    first_s, lasted_s = call.number("first_chunk_s"), call.span.duration_s
    return first_s is not None and first_s > max(_FAR * lasted_s, 1.0) and first_s / 1000 <= lasted_s + 0.001


def _first_chunk(call: Call, evidence: Evidence) -> Verdict:
    if not call.streamed or call.failed:
        return None
    return (call.number("first_chunk_s") or 0) > 0 and not first_chunk_in_milliseconds(call)


def _quality(call: Call, evidence: Evidence) -> Verdict:
    if key_of(call.span) in evidence.evaluated:
        return True
    return None if call.failed or call.asked_for_tool else False


SIGNALS = (
    Signal(
        "prompt",
        "prompt",
        15,
        "No prompt version",
        "Set `gen_ai.prompt.name` and `gen_ai.prompt.version` on the model's own span, from where the template is "
        "kept.",
        Lesson("06", "prompt-name-and-version"),
        _prompt,
    ),
    Signal(
        "response",
        "response",
        10,
        "No response",
        "Set `gen_ai.response.id` and `gen_ai.response.finish_reasons` from the answer; its text only where you "
        "may keep it.",
        Lesson("06", "what-goes-in-what-comes-out"),
        _response,
    ),
    Signal(
        "tokens",
        "tokens",
        20,
        "No tokens in and out",
        "Set `gen_ai.usage.input_tokens` and `gen_ai.usage.output_tokens` from the answer's `usage`.",
        Lesson("06", "what-goes-in-what-comes-out"),
        _tokens,
    ),
    Signal(
        "cost",
        "cost",
        15,
        "No cost",
        "Compute it from tokens and a dated price table where you know both, and set it as a number: `app.cost.usd`. "
        "Where a price is unknown, leave it out and set `app.cost.missing_reason`.",
        Lesson("07"),
        _cost,
    ),
    Signal(
        "duration",
        "latency",
        10,
        "No latency: the span has no length",
        "Open the span before the call, and end it when the answer has been read.",
        Lesson("06", "start-and-end"),
        _duration,
    ),
    Signal(
        "first-chunk",
        "latency",
        10,
        "No time to first token on streams",
        "Take the time when the first chunk arrives, and set `gen_ai.response.time_to_first_chunk` in seconds.",
        Lesson("08"),
        _first_chunk,
    ),
    Signal(
        "quality",
        "quality",
        20,
        "No verdict on the answers",
        "Judge answers by a rule, or a sample of them by a model, and emit `gen_ai.evaluation.result` events "
        "in the span's context or with its `gen_ai.response.id`.",
        Lesson("09"),
        _quality,
        QUALITY_SAMPLE,
    ),
)


def shares(calls: Iterable[Call], evidence: Evidence) -> tuple[Share, ...]:
    """Count the signals of some calls."""
    listed = tuple(calls)
    return tuple(_share(signal, listed, evidence) for signal in SIGNALS)


def _share(signal: Signal, calls: tuple[Call, ...], evidence: Evidence) -> Share:
    verdicts = [(call, signal.has(call, evidence)) for call in calls]
    have = sum(verdict is True for _, verdict in verdicts)
    without = tuple(call for call, verdict in verdicts if verdict is False)
    return Share(signal, have, have + len(without), without)
