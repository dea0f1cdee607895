"""What lab 06 proves: one call site, one span an attempt, and everything on it true."""

from __future__ import annotations

from grader import attempt_facts as facts
from grader import likely as slips
from grader.checks import Mismatch, check, compare, fitting, require
from grader.evidence import Call, Evidence
from grader.required import Required

_OLD_NAME = {"today it is": "Compare the attribute's name with the lesson's table, letter by letter."}


def required_tree(evidence: Evidence, request_id: str) -> tuple[Required, ...]:
    """Return one chat span for each attempt of a request, with all that the checks want of it."""
    families = (facts.identity, facts.models, facts.tokens, facts.outcome, facts.prompt)
    hashes = facts.template_hash(evidence.calls)
    return facts.required_attempts(evidence, request_id, (*families, hashes))


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
    calls = evidence.calls
    if not evidence.telemetry.spans:
        hint = "Nothing shows before task 5: it opens the span that the other tasks write onto."
        where, request = (calls[0].where, calls[0].attempt.request_id) if calls else ("", None)
        raise Mismatch(f"{len(calls)} chat spans", "no span", where, "no call is wrapped yet", hint, request)
    asked = {call.attempt.request_id for call in calls}
    unasked = [request.id for request in evidence.ledger.requests if request.id not in asked]
    if unasked:
        got = f"{len(unasked)} requests never reached the model"
        where, hint = f"the first is request {unasked[0]}", "Every customer's question goes to the model."
        raise Mismatch("an attempt for every request", got, where, hint=hint)
    lonely = [call for call in calls if not call.spans]
    crowded = [call for call in calls if len(call.spans) > 1]
    expected, got = f"{len(calls)} chat spans for {len(calls)} attempts", f"{len(evidence.chat_spans)}"
    if lonely or crowded:
        first = (crowded or lonely)[0]
        likely, hint = _count_problem(evidence, lonely, crowded)
        raise Mismatch(expected, got, first.where, likely, hint, first.attempt.request_id)
    if evidence.stray_spans:
        where = f'span "{evidence.stray_spans[0].name}" belongs to no attempt of any request'
        raise Mismatch(expected, got, where, hint="Look at what the span named above stands around: not a model call.")


def _count_problem(evidence: Evidence, lonely: list[Call], crowded: list[Call]) -> tuple[str, str]:
    if crowded:
        hint = "Look for the second place that opens a chat span: inside the first one, around it, or in a library."
        return f"{len(crowded)} attempts have two spans or more", hint
    if any(slips.covers_more_attempts(call, lonely) for call in evidence.calls if call.spans):
        hint = "Look at where the span opens: before the loop, or inside it?"
        return "one span covers several attempts: it stands around the loop, not around the call", hint
    if slips.has_other_span(lonely[0], evidence):
        hint = "Look at when `gen_ai.operation.name` is set: before the call, or after an answer that may never come?"
        return f"{len(lonely)} attempts have a span that does not say it is chat", hint
    if all(not call.attempt.answered for call in lonely):
        hint = "Look at what becomes of the span when the call raises an error."
        return "attempts that failed have no span of their own", hint
    return f"{len(lonely)} attempts have no span", "Look for a way to the model that goes around the span."


def _identity_mistake(call: Call) -> str | None:
    renamed_provider = slips.renamed(call, "gen_ai.provider.name")
    return renamed_provider or ("no kind was given, so it is INTERNAL" if call.span.kind == "INTERNAL" else None)


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
    hints = {"no kind": "Look at the line that opens the span: it can say more than a name.", **_OLD_NAME}
    require(evidence.calls, facts.identity, likely=_identity_mistake, hint=fitting(_identity_mistake, hints))


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

    def mistake(call: Call) -> str | None:
        return slips.timing_mistake(call, evidence.tolerance_ns)

    hints = {
        "another unit": "Look at the number you give as the span's time: how many digits has it?",
        "before the call": "Look at the line that ends the span: the call has not been made yet.",
        "after the answer": "Look at the line that opens the span: the call has been made already.",
        "stayed open": "Look at what else runs before the span ends.",
    }
    compare(
        evidence.calls,
        expected=lambda call: (0, call.attempt.ended_at_ns - call.attempt.sent_at_ns),
        got=lambda call: tuple(at_ns - call.attempt.sent_at_ns for at_ns in (call.span.start_ns, call.span.end_ns)),
        agree=lambda wanted, got: all(abs(w - g) <= evidence.tolerance_ns for w, g in zip(wanted, got, strict=True)),
        say=lambda times: f"from {times[0] / 1e9:,.3f} s to {times[1] / 1e9:,.3f} s after the request left",
        likely=mistake,
        hint=fitting(mistake, hints),
    )


def _models_mistake(call: Call) -> str | None:
    return slips.model_mistake(call) or slips.renamed(call, *facts.MODELS)


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
    hints = {
        "a list of strings": "Look at the type of `gen_ai.response.finish_reasons`, not at its text.",
        "the alias": "Look at where `gen_ai.response.model` comes from: who knows which model answered?",
        "swapped": "Look at which of the two models is known before the call.",
        **_OLD_NAME,
    }
    require(evidence.calls, facts.models, likely=_models_mistake, hint=fitting(_models_mistake, hints))


def _tokens_mistake(call: Call) -> str | None:
    return slips.token_mistake(call) or slips.renamed(call, *facts.TOKENS)


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
    hints = {
        "swapped": "Look at the two counts side by side: a long prompt got a short answer, or was it the other way?",
        "not text": "Look at the quotes around the counts you sent: what type has each?",
        "the call was free": "Look at what a failed attempt tells you about its tokens: is it 0, or nothing?",
        "total": "Add the two counts you sent: a bill made from them would be too high. Which part is in twice?",
        **_OLD_NAME,
    }
    require(evidence.calls, facts.tokens, likely=_tokens_mistake, hint=fitting(_tokens_mistake, hints))


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
    hints = {
        "cut at its length": "Look at what the caller got from this attempt: an exception, or a response?",
        "the message": "Count the different values of `error.type`: could you group a chart by them?",
        "kind of error is missing": "Look at what an alert would group by: a status has no kind.",
        "status is missing": "Look at the status of a failed attempt: who sets it, and is that switched off?",
    }
    require(evidence.calls, facts.outcome, likely=slips.error_mistake, hint=fitting(slips.error_mistake, hints))


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

    def mistake(call: Call) -> str | None:
        return slips.renamed(call, *facts.PROMPT)

    asked = [call for call in evidence.calls if call.asked]
    require(asked, facts.prompt, likely=mistake, hint=fitting(mistake, _OLD_NAME))


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
    wanted = facts.template_hash(evidence.calls)
    first = next((c for c in evidence.calls if not all(fact.holds(c.span) for fact in wanted(c))), None)
    if first:
        calls = [call for call in evidence.calls if call.asked]
        texts = len({call.asked.template_sha256 for call in calls if call.asked})
        hashes = len({repr(call.get(facts.HASH)) for call in calls})
        expected = f"{texts} hashes in hex for {texts} prompt texts"
        got = f"{hashes} different values, such as {first.get(facts.HASH)!r}"
        likely, hint = _hash_mistake(first, hashes, texts)
        raise Mismatch(expected, got, first.where, likely, hint, first.attempt.request_id)


def _hash_mistake(call: Call, hashes: int, texts: int) -> tuple[str, str]:
    if not facts.is_hex(call.get(facts.HASH)):
        hint = "Look at the type and the letters of the value you sent: which of them are hex digits?"
        return slips.renamed(call, facts.HASH) or "a hash is text in hex, at least 8 digits", hint
    if hashes > texts:
        likely = "what was hashed changes from request to request: the filled-in prompt, or a hash salted anew"
        return likely, "Compare the hashes of two requests that used the same prompt: what did you hash of each?"
    hint = "Look for two prompt texts with one hash: what did you hash that they have in common?"
    return "a text was edited under an unchanged label; hash the text, not the label", hint
