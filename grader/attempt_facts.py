"""What is true of an attempt at the model and wanted of its chat span, family by family, from the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from grader.conventions import CHAT_OPERATIONS
from grader.evidence import Call, Evidence
from grader.likely import error_agrees, error_names
from grader.required import Required
from grader.wanted import Wanted, attribute, kind, said, status

Facts = tuple[Wanted, ...]
PROVIDERS = ("lumen", "openai")
"""The provider's own name, or that of the API it speaks."""
TOKENS = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")
MODELS = ("gen_ai.request.model", "gen_ai.response.model", "gen_ai.response.finish_reasons")
PROMPT = ("gen_ai.prompt.name", "gen_ai.prompt.version")
HASH = "app.prompt.hash"


def identity(call: Call) -> Facts:
    """Want a CLIENT span that names its operation and its provider."""
    return (
        kind("CLIENT"),
        attribute("gen_ai.operation.name", *CHAT_OPERATIONS, label="operation"),
        attribute("gen_ai.provider.name", *PROVIDERS, label="provider"),
    )


def models(call: Call) -> Facts:
    """Want the model that was asked for and, of an answer, the one that answered and why it stopped."""
    attempt = call.attempt
    # The chunks of a stream that broke off named the model already: it may stand there or not.
    told = attempt.answered or attempt.broke_off
    answering = (attempt.answered_by,) if told else (None,)
    return (
        attribute(MODELS[0], attempt.model, label="asked"),
        attribute(MODELS[1], *((None, *answering) if attempt.broke_off else answering), label="answered"),
        attribute(MODELS[2], [attempt.finish_reason] if attempt.answered else None, label="stopped"),
    )


def tokens(call: Call) -> Facts:
    """Want the tokens that the model reported; none of a failure."""
    counts = call.attempt.tokens
    return (attribute(TOKENS[0], counts[0], label="input"), attribute(TOKENS[1], counts[1], label="output"))


def outcome(call: Call) -> Facts:
    """Want status ERROR and the kind of error of a failure; neither of an answer."""
    if call.attempt.answered:
        return (status("UNSET", "OK"), attribute("error.type", None))
    name = error_names(call)[0]
    return (
        status("ERROR"),
        attribute("error.type", name, agrees=lambda found: error_agrees(name, ("ERROR", found))),
    )


def prompt(call: Call) -> Facts:
    """Want the name and the version of the prompt that a request used."""
    if call.asked is None:
        return ()
    return (
        attribute(PROMPT[0], call.asked.prompt_name, label="name"),
        attribute(PROMPT[1], call.asked.prompt_version, label="version"),
    )


def template_hash(calls: Iterable[Call]) -> Callable[[Call], Facts]:
    """Want of each call the hash that its prompt's text had first among these calls, and that no other text had.

    Calls without a span or outside any request have no say.
    """
    of_text: dict[str, Call] = {}
    of_hash: dict[str, Call] = {}
    for call in calls:
        if call.spans and call.asked:
            of_text.setdefault(call.asked.template_sha256, call)
            of_hash.setdefault(repr(call.get(HASH)), call)

    def wanted(call: Call) -> Facts:
        if not (call.spans and call.asked):
            return ()
        found, text = call.get(HASH), call.asked.template_sha256
        if not is_hex(found):
            return (attribute(HASH, expected="a hash in hex", agrees=is_hex),)
        before = of_hash[repr(found)]
        if before.asked and before.asked.template_sha256 != text:
            other = f"not that of {before.attempt.request_id}"
            return (attribute(HASH, expected=other, agrees=lambda found: False),)
        first = of_text[text].get(HASH)
        return (attribute(HASH, first, expected=f"{said(first)[:9]}…' as in {of_text[text].attempt.request_id}"),)

    return wanted


def is_hex(found: object) -> bool:
    """Tell whether a value is a hash as text in hex."""
    return isinstance(found, str) and re.fullmatch(r"[0-9a-fA-F]{8,128}", found) is not None


def required_attempts(
    evidence: Evidence, request_id: str, families: Sequence[Callable[[Call], Facts]]
) -> tuple[Required, ...]:
    """Require of a request one span for each attempt, as long as the attempt, with the facts of these families."""
    return tuple(
        Required(
            f"attempt {call.attempt.number}",
            call.attempt.sent_at_ns,
            call.attempt.ended_at_ns,
            call.spans,
            tuple(fact for family in families for fact in family(call)),
        )
        for call in evidence.calls
        if call.attempt.request_id == request_id
    )
