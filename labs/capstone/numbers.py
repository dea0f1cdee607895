"""The big numbers of the first screen: each with a unit, what it was before, and whether it is bad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labs.capstone import limits
from labs.capstone.board import Window
from labs.capstone.words import percent, seconds


@dataclass(frozen=True, slots=True)
class Number:
    """One big number. `change` is None if there is nothing to compare; `over` says it is above its limit."""

    label: str
    value: str
    change: str | None
    compared: str
    over: bool = False
    meaning: str = ""


def big_numbers(before: Window, now: Window) -> tuple[Number, ...]:
    """Return the six big numbers for the latest stretch of a run, each beside the stretch before it."""
    b, n = before.summary, now.summary
    failures = f"{n.failed:,} of {n.calls:,} calls"
    return (
        _number(
            "Calls a minute",
            before.calls_a_minute,
            now.calls_a_minute,
            lambda v: f"{v:,.1f}",
            "Attempts at the model.",
        ),
        _number(
            "Failed calls",
            b.failed_share,
            n.failed_share,
            percent,
            f"{failures} in the {now.words}. The limit is {percent(limits.FAILED_SHARE)}.",
            say_change=lambda share: percent(share).replace("%", "pts"),
            over=(n.failed_share or 0) > limits.FAILED_SHARE and n.failed >= limits.FEWEST,
        ),
        _number(
            "Latency p50",
            b.latency_p50_s,
            n.latency_p50_s,
            seconds,
            "Half of the answered calls took no longer. Failed calls are left out.",
        ),
        _number(
            "Latency p95",
            b.latency_p95_s,
            n.latency_p95_s,
            seconds,
            f"95 % of the answered calls took no longer. The limit is {seconds(limits.LATENCY_P95_S)}.",
            over=(n.latency_p95_s or 0) > limits.LATENCY_P95_S and now.slow >= limits.FEWEST,
        ),
        _number(
            "Tokens in a call",
            b.input_tokens_per_call,
            n.input_tokens_per_call,
            _tokens,
            "Mean of the calls that say.",
        ),
        _number(
            "Tokens out a call",
            b.output_tokens_per_call,
            n.output_tokens_per_call,
            _tokens,
            "Mean of the calls that say.",
        ),
    )


def _number(
    label: str,
    before: float | None,
    now: float | None,
    say: Callable[[float], str],
    meaning: str,
    *,
    over: bool = False,
    say_change: Callable[[float], str] | None = None,
) -> Number:
    if now is None:
        return Number(label, "–", None, "no call carries it", meaning=meaning)
    if before is None:
        return Number(label, say(now), None, "nothing to compare", over, meaning)
    change = now - before
    say_change = say_change or say
    said = say_change(abs(change))
    sign = "" if said == say_change(0) else "+" if change > 0 else "-"
    return Number(label, say(now), f"{sign}{said}" if sign else "0", f"was {say(before)}", over, meaning)


def _tokens(count: float) -> str:
    return f"{count:,.0f}"
