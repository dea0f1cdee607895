"""Mistakes of what prompts and answers say, and of what names the prompt. Nothing here repeats what was found."""

from __future__ import annotations

import json
from collections.abc import Iterator

from grader.audit.calls import Call, pattern_of
from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson
from grader.audit.mistake import Found, Mistake
from grader.audit.personal import kinds_in

_VERSIONS = ("gen_ai.prompt.version", "app.prompt.hash", "llm.prompt_template.version", "traceloop.prompt.version")
_JSON = (
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
    "llm.invocation_parameters",
)
_LONGEST = 1_000_000


def _personal(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        for name, value in call.span.attributes.items():
            for kind in kinds_in(value):
                yield Found(call, f"`{pattern_of(name)}` holds {kind}")
        for event in call.span.events:
            for kind in sorted({kind for value in event.attributes.values() for kind in kinds_in(value)}):
                yield Found(call, f"event `{event.name}` holds {kind}")
    for log in evidence.telemetry.logs:
        if log.event_name.startswith("gen_ai."):
            key = (log.trace_id or "", log.span_id or "")
            for kind in sorted({k for value in (log.body, *log.attributes.values()) for k in kinds_in(value)}):
                yield Found(evidence.call_at.get(key), f"log record `{log.event_name}` holds {kind}")


def _version_on_parent(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        if call.text("prompt_version"):
            continue
        for above in evidence.ancestors(call.span):
            name = next((name for name in _VERSIONS if above.attributes.get(name)), None)
            if name:
                yield Found(call, f"`{name}` is on a span above")
                break


def _cut_json(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        for name in _JSON:
            if _is_cut(call.span.attributes.get(name)):
                yield Found(call, f"`{name}` begins as JSON and breaks off")


def _is_cut(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith(("[", "{")) or len(value) > _LONGEST:
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return True
    return False


def _user_on_root(evidence: Evidence) -> Iterator[Found]:
    for call in evidence.calls:
        if not call.facts.keys() & {"user", "conversation"} and (name := _carried_above(call, evidence)):
            yield Found(call, f"`{name}` is on a span above")


def _carried_above(call: Call, evidence: Evidence) -> str | None:
    names = ("gen_ai.conversation.id", "session.id", "user.id", "enduser.id")
    return next((n for above in evidence.ancestors(call.span) for n in names if n in above.attributes), None)


MISTAKES = (
    Mistake(
        "personal-data",
        "Personal data in prompts or answers",
        "serious",
        20,
        "Replace it before you record the text, or record none. Whoever can read traces can read it, for as long "
        "as they "
        "are kept.",
        Lesson("04"),
        _personal,
    ),
    Mistake(
        "version-on-parent",
        "The prompt's version is on a parent only",
        "serious",
        0,
        "Set `gen_ai.prompt.name` and `gen_ai.prompt.version` on the model's own span: tools split tokens, cost "
        "and quality there.",
        Lesson("06", "prompt-name-and-version"),
        _version_on_parent,
        explains="prompt",
    ),
    Mistake(
        "content-cut",
        "Messages that were cut, so that their JSON breaks",
        "worth fixing",
        5,
        "Shorten the texts inside before you serialise them, or raise OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT.",
        Lesson("04"),
        _cut_json,
    ),
    Mistake(
        "user-on-root-only",
        "User or conversation on the root span only",
        "advice",
        3,
        "Set `gen_ai.conversation.id` (and the user, if you may) on each model span: tools group by the span's own "
        "attributes.",
        Lesson("10"),
        _user_on_root,
    ),
)
