"""Mistakes of token counts, above all those of cached tokens: they are part of the input, not beside it."""

from __future__ import annotations

from collections.abc import Iterator

from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake, word_for_type

_COUNTS = ("input_tokens", "output_tokens", "cache_read", "cache_write")


def _no_integers(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        for fact in _COUNTS:
            value = call.facts.get(fact)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
                yield Found(call, f"`{call.names.get(fact, fact)}` is {word_for_type(value)}")


def _zeros(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        if call.number("input_tokens") == 0:
            yield Found(call, f"`{call.names.get('input_tokens', 'input_tokens')}` is 0")
        elif call.number("output_tokens") == 0 and not call.failed and call.text("finish_reasons"):
            yield Found(call, f"`{call.names.get('output_tokens', 'output_tokens')}` is 0")


def _cached_outside(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        cached, given = (
            (call.number("cache_read") or 0) + (call.number("cache_write") or 0),
            call.number("input_tokens"),
        )
        if given is not None and cached > given:
            yield Found(call, "more tokens are cached than went in")


def _cached_twice(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        cached = (call.number("cache_read") or 0) + (call.number("cache_write") or 0)
        given, came, total = (call.number(fact) for fact in ("input_tokens", "output_tokens", "total_tokens"))
        if cached and given is not None and came is not None and total == given + came + cached:
            yield Found(call, f"`{call.names.get('total_tokens', 'total')}` is input, output and cached tokens added")


MISTAKES = (
    Mistake(
        "tokens-not-integers",
        "Token counts that are no whole numbers",
        "serious",
        0,
        "Set them as `int`, as the answer's `usage` has them. Text and fractions cannot be summed by most tools.",
        Lesson("06", "what-goes-in-what-comes-out"),
        _no_integers,
        explains="tokens",
    ),
    Mistake(
        "zero-tokens",
        "Zero tokens where the count is not known",
        "serious",
        5,
        "Leave the attribute out when the provider sent no usage: a zero is averaged, a missing value is seen.",
        Lesson("06", "what-goes-in-what-comes-out"),
        _zeros,
        explains="tokens",
    ),
    Mistake(
        "cached-outside-input",
        "Input tokens without the cached ones",
        "serious",
        10,
        "`gen_ai.usage.input_tokens` counts all input, cached or not. Add the cached tokens where a provider "
        "reports them "
        "apart, and subtract them again where you compute the cost.",
        Lesson("07"),
        _cached_outside,
    ),
    Mistake(
        "cached-twice",
        "Cached tokens counted twice",
        "serious",
        10,
        "Cached tokens are part of the input. The total is input plus output; leave it out, or do not add them again.",
        Lesson("07"),
        _cached_twice,
    ),
)
