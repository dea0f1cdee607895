"""Mistakes of names and types: another generation's names, names that nobody knows, values of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from grader.audit.calls import Call, dialect_of, pattern_of
from grader.audit.dialects import all_dialects
from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake
from grader.audit.nearness import is_near
from grader.conventions import OPEN_PREFIXES, TYPES

_CURRENT = "genai"
_LONGEST = 120
_MOST_NAMES = 500
"""Of so many unknown names it is looked up what was meant; more is a flood."""

_SAY_WHAT_IT_IS = Lesson("06", "say-what-it-is")
_TOLD_APART = ("input_tokens", "output_tokens", "cache_read", "cache_write", "cost")
"""Wrong types of these facts are mistakes of their own, with a fix of their own."""


@cache
def _renames() -> Mapping[str, tuple[str, str]]:
    """Return by old name the generation it is from, and what to do, in words."""
    found: dict[str, tuple[str, str]] = {}
    for dialect in all_dialects():
        for old, new in dialect.renames.items():
            found.setdefault(old, (dialect.id, f"`{old}`: " + (f"today `{new}`" if new else dialect.advice[old])))
    return found


def _told(call: Call) -> Iterator[tuple[str, str]]:
    names = {pattern_of(name) for name in call.span.attributes} | {event.name for event in call.span.events}
    return (_renames()[name] for name in sorted(names & _renames().keys()))


def _older(evidence: Evidence) -> Iterator[Found]:
    return (Found(call, said) for call in evidence.calls for dialect, said in _told(call) if dialect != _CURRENT)


def _renamed(evidence: Evidence) -> Iterator[Found]:
    return (Found(call, said) for call in evidence.calls for dialect, said in _told(call) if dialect == _CURRENT)


def _places(evidence: Evidence) -> Iterator[tuple[Call | None, Mapping[str, Any]]]:
    """Yield all attributes that can be `gen_ai.*`: those of spans, of their events, and of log records."""
    for span in evidence.telemetry.spans:
        call = evidence.call_at.get((span.trace_id, span.span_id))
        yield call, span.attributes
        yield from ((call, event.attributes) for event in span.events)
    for log in evidence.telemetry.logs:
        yield evidence.call_at.get((log.trace_id or "", log.span_id or "")), log.attributes


def _unknown(evidence: Evidence) -> Iterator[Found]:
    told: dict[str, str] = {}
    unknown = 0
    for call, attributes in _places(evidence):
        for name in attributes:
            if name not in TYPES and len(name) <= _LONGEST:
                if name not in told:
                    told[name] = _why_unknown(name, look_further=unknown < _MOST_NAMES)
                    unknown += bool(told[name])
                if told[name]:
                    yield Found(call, told[name])


@cache
def _squeezed() -> Mapping[str, str]:
    return {_squeeze(name): name for name in TYPES}


def _squeeze(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _why_unknown(name: str, look_further: bool) -> str:
    """Say that nobody knows a name, and which one was meant; "" if it is known, or none of GenAI's."""
    meant = _squeezed().get(_squeeze(name))
    if meant is None and not name.startswith("gen_ai."):
        return ""
    if dialect_of(name) or name.startswith(OPEN_PREFIXES) or pattern_of(name) in _renames():
        return ""
    if meant is None and look_further:
        meant = next((known for known in TYPES if is_near(name, known)), None)
    return f"`{name}`: did you mean `{meant}`?" if meant else f"`{name}` is in no convention"


def _wrong_type(evidence: Evidence) -> Iterator[Found]:
    apart = {name for dialect in all_dialects() for fact in _TOLD_APART for name in dialect.reads.get(fact, ())}
    for call, attributes in _places(evidence):
        for name, value in attributes.items():
            kind = TYPES.get(name)
            if kind and name not in apart and not _fits(value, kind):
                yield Found(call, f"`{name}` is to be: {kind}")


def _fits(value: Any, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "list of strings":
            return isinstance(value, list) and all(isinstance(part, str) for part in value)
    return True


def _required(evidence: Evidence) -> Iterator[Found]:
    needed = {
        "operation": "gen_ai.operation.name",
        "provider": "gen_ai.provider.name",
        "request_model": "gen_ai.request.model",
    }
    for call in evidence.calls:
        for fact, name in needed.items():
            if not call.text(fact):
                yield Found(call, f"`{name}` is missing")


MISTAKES = (
    Mistake(
        "older-names",
        "Names of an older or another convention",
        "worth fixing",
        10,
        "Rename them, or update the instrumentation that sets them; tools that know today's names only show "
        "nothing else.",
        _SAY_WHAT_IT_IS,
        _older,
    ),
    Mistake(
        "newer-name",
        "Names that have just been renamed",
        "advice",
        1,
        "Both are read today. Write the new one when your tools know it.",
        _SAY_WHAT_IT_IS,
        _renamed,
    ),
    Mistake(
        "unknown-names",
        "`gen_ai.*` names that no convention has",
        "worth fixing",
        5,
        "Correct the spelling; what is your own goes under a name of your own, such as `app.`.",
        _SAY_WHAT_IT_IS,
        _unknown,
    ),
    Mistake(
        "wrong-type",
        "Attributes of the wrong type",
        "worth fixing",
        5,
        "Set them with the type that the convention gives: a list as a list, a number as a number.",
        _SAY_WHAT_IT_IS,
        _wrong_type,
    ),
    Mistake(
        "required-missing",
        "Required attributes that are missing",
        "worth fixing",
        5,
        "Set operation, provider and model when you open the span: samplers and tools choose by them.",
        _SAY_WHAT_IT_IS,
        _required,
    ),
)
