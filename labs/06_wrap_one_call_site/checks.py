"""What lab 06 proves: one call site, one span an attempt, and everything on it true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from grader.checks import Mismatch, check, compare
from grader.conventions import CHAT_OPERATIONS
from grader.evidence import Call, Evidence
from grader.likely import (
    covers_more_attempts,
    error_agrees,
    error_mistake,
    error_names,
    model_mistake,
    renamed,
    timing_mistake,
    token_mistake,
)

_PROVIDERS = ("lumen", "openai")  # the provider's own name, or that of the API it speaks
_TOKENS = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")


@check(
    anchor="one-span-per-attempt",
    hints=(
        "Count the spans of a request that needed a second attempt.",
        "A span belongs around one call of the client, inside the loop, and a failed call needs one too.",
        "`with tracer.start_as_current_span(...)` goes inside `ask`, around `client.chat.completions.create`.",
    ),
)
def one_span_per_attempt(evidence: Evidence) -> None:
    """Every attempt at the model has exactly one chat span."""
    if not evidence.telemetry.spans:
        hint = "Nothing shows before task 5: it opens the span that the other tasks write onto."
        raise Mismatch(f"{len(evidence.calls)} chat spans", "no span", likely="no call is wrapped yet", hint=hint)
    asked = {call.attempt.request_id for call in evidence.calls}
    unasked = [request.id for request in evidence.ledger.requests if request.id not in asked]
    if unasked:
        say = f"{len(unasked)} requests, such as {unasked[0]}, never reached the model"
        raise Mismatch("an attempt for every request", say, hint="Every customer's question goes to the model.")
    lonely = [call for call in evidence.calls if not call.spans]
    crowded = [call for call in evidence.calls if len(call.spans) > 1]
    attempts, spans = len(evidence.calls), len(evidence.chat_spans)
    problem = _count_problem(evidence.calls, lonely, crowded)
    if problem or evidence.stray_spans:
        where = (crowded or lonely or [None])[0]
        place = where.where if where else f'span "{evidence.stray_spans[0].name}" belongs to no attempt'
        raise Mismatch(f"{attempts} chat spans for {attempts} attempts", f"{spans}", place, problem)


def _count_problem(calls: Sequence[Call], lonely: list[Call], crowded: list[Call]) -> str:
    if crowded:
        return f"{len(crowded)} attempts have two spans or more"
    if any(covers_more_attempts(call, lonely) for call in calls if call.spans):
        return "one span covers several attempts: it stands around the loop, not around the call"
    if lonely and all(not call.attempt.answered for call in lonely):
        return "attempts that failed have no span of their own"
    return f"{len(lonely)} attempts have no span" if lonely else ""


@check(
    anchor="say-what-it-is",
    after=[one_span_per_attempt],
    hints=(
        "Look at the span's kind and at the first two attributes of the lesson's table.",
        "A span without a kind is INTERNAL. A call that leaves your service is a CLIENT span.",
        "`kind=SpanKind.CLIENT`, `gen_ai.operation.name` is `chat`, `gen_ai.provider.name` is `lumen`.",
    ),
)
def says_what_it_is(evidence: Evidence) -> None:
    """Each chat span is a CLIENT span that names its operation and its provider."""
    compare(
        evidence.calls,
        expected=lambda call: ("CLIENT", "chat", "lumen"),
        got=lambda call: (call.span.kind, call.get("gen_ai.operation.name"), call.get("gen_ai.provider.name")),
        agree=lambda wanted, got: got[0] == "CLIENT" and got[1] in CHAT_OPERATIONS and got[2] in _PROVIDERS,
        say=lambda found: f"kind {found[0]}, operation {found[1]!r}, provider {found[2]!r}",
        likely=lambda call: (
            renamed(call, "gen_ai.provider.name")
            or ("no kind was given, so it is INTERNAL" if call.span.kind == "INTERNAL" else None)
        ),
    )


@check(
    anchor="start-and-end",
    after=[one_span_per_attempt],
    hints=(
        "Compare the span's duration with how long the call took.",
        "The span must be open while the call runs, and closed before the pause of a second try.",
        "The call stands inside the `with` block; `time.sleep` stands outside of it.",
    ),
)
def lasts_as_long(evidence: Evidence) -> None:
    """Each span starts when the request leaves and ends when the response is there."""
    compare(
        evidence.calls,
        expected=lambda call: (call.attempt.sent_at_ns, call.attempt.ended_at_ns),
        got=lambda call: (call.span.start_ns, call.span.end_ns),
        agree=lambda wanted, got: all(abs(w - g) <= evidence.tolerance_ns for w, g in zip(wanted, got, strict=True)),
        say=lambda times: f"{(times[1] - times[0]) / 1e9:.3f} s",
        likely=lambda call: timing_mistake(call, evidence.tolerance_ns),
    )


@check(
    anchor="two-models",
    after=[one_span_per_attempt],
    hints=(
        "Two models stand on a span: what you asked for and who answered.",
        "An alias is not a model: the response says which dated snapshot it meant. Reasons to stop come as a list.",
        "`gen_ai.response.model` is `response.model`; `gen_ai.response.finish_reasons` is a list with one string.",
    ),
)
def names_both_models(evidence: Evidence) -> None:
    """Each span names the model you asked for, and each answered one the model that answered and why it stopped."""

    def expected(call: Call) -> tuple[Any, ...]:
        attempt = call.attempt
        if not attempt.answered:
            return (attempt.model, None, None)
        return (attempt.model, attempt.answered_by, [attempt.finish_reason])

    def got(call: Call) -> tuple[Any, ...]:
        asked, answered_by, reasons = (call.get(name) for name in names)
        # The chunks of a stream that broke off named the model already: it may stand there or not.
        known = call.attempt.broke_off and answered_by == call.attempt.answered_by
        return (asked, None if known else answered_by, reasons)

    names = ("gen_ai.request.model", "gen_ai.response.model", "gen_ai.response.finish_reasons")
    compare(
        evidence.calls,
        expected=expected,
        got=got,
        say=lambda found: f"asked {found[0]!r}, answered {found[1]!r}, stopped {found[2]!r}",
        likely=lambda call: model_mistake(call) or renamed(call, *names),
    )


@check(
    anchor="what-goes-in-what-comes-out",
    after=[one_span_per_attempt],
    hints=(
        "Look at the two token attributes of the attempt named above.",
        "Which of the two counts grows when you send more documents? And what did a failed attempt report?",
        "`gen_ai.usage.input_tokens` takes `usage.prompt_tokens`, as a whole number; on a failure set neither.",
    ),
)
def carries_tokens(evidence: Evidence) -> None:
    """Each answered span carries the tokens the model reported; a failed one carries none."""
    compare(
        evidence.calls,
        expected=lambda call: call.attempt.tokens,
        got=lambda call: tuple(call.get(name) for name in _TOKENS),
        agree=lambda wanted, got: wanted == got and [type(n) for n in wanted] == [type(n) for n in got],
        say=lambda found: "no tokens" if found == (None, None) else f"input {found[0]!r}, output {found[1]!r}",
        likely=lambda call: token_mistake(call) or renamed(call, *_TOKENS),
    )


@check(
    anchor="errors",
    after=[one_span_per_attempt],
    hints=(
        "Look at status and `error.type` of a failed attempt, and of an answer that was cut at its length.",
        "The SDK marks a span whose block an exception leaves, but it does not say what kind of error it was.",
        "`span.set_attribute('error.type', type(error).__name__)` and status ERROR, in `except APIError`.",
    ),
)
def marks_errors(evidence: Evidence) -> None:
    """Each failed attempt has status ERROR and an error.type; an answered one has neither."""
    compare(
        evidence.calls,
        expected=lambda call: ("OK or UNSET", None) if call.attempt.answered else ("ERROR", error_names(call)[0]),
        got=lambda call: (call.span.status, call.get("error.type")),
        agree=lambda wanted, got: error_agrees(wanted[1], got),
        say=lambda found: f"status {found[0]}, error.type {found[1]!r}",
        likely=error_mistake,
    )


@check(
    anchor="prompt-name-and-version",
    after=[one_span_per_attempt],
    hints=(
        "Look at the two prompt attributes of the attempt named above, a failed one perhaps.",
        "The request carries its prompt; name and version are two facts, and a failed attempt used them too.",
        "`gen_ai.prompt.name` takes `request.prompt.name`, `gen_ai.prompt.version` takes `request.prompt.version`.",
    ),
)
def names_the_prompt(evidence: Evidence) -> None:
    """Each span names the prompt and the version it used."""
    compare(
        [call for call in evidence.calls if call.asked],
        expected=lambda call: (call.asked.prompt_name, call.asked.prompt_version) if call.asked else (None, None),
        got=lambda call: (call.get("gen_ai.prompt.name"), call.get("gen_ai.prompt.version")),
        say=lambda found: f"name {found[0]!r}, version {found[1]!r}",
        likely=lambda call: renamed(call, "gen_ai.prompt.name", "gen_ai.prompt.version"),
    )


@check(
    anchor="prompt-hash",
    after=[one_span_per_attempt],
    hints=(
        "Group the spans by `app.prompt.hash`: how many different hashes should this evening have?",
        "Hash the text before anything is filled in: not its name, not the customer's question.",
        "`hashlib.sha256(request.prompt.template.encode()).hexdigest()`",
    ),
)
def fingerprints_the_template(evidence: Evidence) -> None:
    """The same prompt text has the same hash, different text a different one."""
    calls = [call for call in evidence.calls if call.asked]
    pairs = {(call.asked.template_sha256, repr(call.get("app.prompt.hash"))) for call in calls if call.asked}
    texts, hashes = {text for text, _ in pairs}, {found for _, found in pairs}
    no_hex = next((call for call in calls if not _is_hex(call.get("app.prompt.hash"))), None)
    if no_hex or not len(texts) == len(hashes) == len(pairs):
        shown = (no_hex or calls[0]).get("app.prompt.hash")
        raise Mismatch(
            f"{len(texts)} hashes in hex for {len(texts)} prompt texts",
            f"{len(hashes)} different values, such as {shown!r}",
            (no_hex or calls[0]).where,
            (renamed(no_hex, "app.prompt.hash") if no_hex else None) or _hash_mistake(len(hashes), len(texts)),
        )


def _is_hex(found: object) -> bool:
    return isinstance(found, str) and re.fullmatch(r"[0-9a-fA-F]{8,128}", found) is not None


def _hash_mistake(hashes: int, texts: int) -> str:
    if hashes > texts:
        return "what was hashed changes from request to request: the filled-in prompt, or a hash salted anew"
    if hashes < texts:
        return "a text was edited under an unchanged label; hash the text, not the label"
    return "a hash is text in hex, at least 8 digits"
