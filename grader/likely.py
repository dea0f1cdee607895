"""The likeliest mistakes, recognised by what they leave in the telemetry. Each function names one, or returns None."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.conventions import rename_for
from grader.evidence import TOLERANCE_NS, Call, Evidence

_TOKENS = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")


def covers_more_attempts(call: Call, others: Iterable[Call]) -> bool:
    """Tell whether this call's span also covers other attempts of the same request."""
    return any(
        other.attempt.request_id == call.attempt.request_id
        and call.span.start_ns <= other.attempt.sent_at_ns
        and other.attempt.ended_at_ns <= call.span.end_ns
        for other in others
    )


def has_other_span(call: Call, evidence: Evidence) -> bool:
    """Tell whether a span lies exactly where this attempt was, but does not say that it is a model call."""
    attempt, chat = call.attempt, {id(span) for span in evidence.chat_spans}
    return any(
        abs(span.start_ns - attempt.sent_at_ns) <= evidence.tolerance_ns
        and abs(span.end_ns - attempt.ended_at_ns) <= evidence.tolerance_ns
        for span in evidence.telemetry.spans
        if id(span) not in chat
    )


def timing_mistake(call: Call, tolerance_ns: int = TOLERANCE_NS) -> str | None:
    """Say how a span lies beside its attempt, if it does not fit within the tolerance (nanoseconds)."""
    span, attempt = call.span, call.attempt
    if span.duration_s > 1e6 or span.duration_s < 0:
        return "start or end is in another unit: OpenTelemetry takes Unix nanoseconds"
    if span.duration_s == 0:
        before = span.end_ns <= attempt.sent_at_ns + tolerance_ns
        return f"the span opened and closed {'before the call' if before else 'after the answer was there'}"
    if span.end_ns > attempt.ended_at_ns + tolerance_ns:
        return "the span stayed open after the response, over a pause or another attempt"
    return None


def model_mistake(call: Call) -> str | None:
    """Say which of the two models stands in the wrong place."""
    attempt = call.attempt
    if isinstance(call.get("gen_ai.response.finish_reasons"), str):
        return "finish reasons are a list of strings, also when there is one"
    if attempt.answered and call.get("gen_ai.request.model") == attempt.answered_by:
        return "the two models are swapped"
    if attempt.answered and call.get("gen_ai.response.model") == attempt.model:
        return "the alias you asked for stands where the answering snapshot belongs"
    return None


def token_mistake(call: Call) -> str | None:
    """Say what was done to the token counts."""
    wanted = call.attempt.tokens
    got = tuple(call.get(name) for name in _TOKENS)
    if got == (wanted[1], wanted[0]) != wanted:
        return "the two are swapped: `prompt_tokens` is what went in"
    if any(isinstance(number, str) for number in got):
        return "token counts are whole numbers, not text"
    if not call.attempt.answered and got == (0, 0):
        return "0 says the call was free; leave unknown tokens out"
    if call.attempt.answered and got[0] == sum(n or 0 for n in wanted):
        return "`total_tokens` stands where the input belongs"
    return None


_TIMEOUT = ("APITimeoutError", "timeout", "TimeoutError", "408")
_BROKEN = ("APIConnectionError", "stream_cut", "ConnectionError", "connection_error")
_NAMED = {
    "APITimeoutError": _TIMEOUT,
    "APIConnectionError": _BROKEN,
    "RateLimitError": ("RateLimitError", "429", "rate_limit_exceeded"),
    "InternalServerError": ("InternalServerError", "500", "502", "503", "504", "server_error"),
    "BadRequestError": ("BadRequestError", "400"),
    "NotFoundError": ("NotFoundError", "404"),
}
_ELSEWHERE = {
    "APITimeoutError": (
        *("APIConnectionTimeoutError", "AbortError"),  # OpenAI's client, and fetch, in JavaScript
        *("HttpTimeoutException", "SocketTimeoutException", "InterruptedIOException"),  # Java
        *("TaskCanceledException", "*url.Error"),  # .NET, Go
        *("ReadTimeout", "Timeout"),  # httpx and requests in Python
    ),
    "APIConnectionError": (
        *("TypeError", "SocketError"),  # fetch and its sockets in JavaScript
        *("IOException", "EOFException", "SocketException", "OpenAIIoException"),  # Java
        *("HttpRequestException", "HttpIOException", "*url.Error"),  # .NET, Go
        *("RemoteDisconnected", "ConnectionResetError", "RemoteProtocolError", "ReadError"),  # Python
    ),
    "RateLimitError": ("RateLimitException",),
    "InternalServerError": ("InternalServerException",),
    "BadRequestError": ("BadRequestException",),
    "NotFoundError": ("NotFoundException",),
}
"""What the same failures are called by other clients and in other languages."""

_KINDS = {400: "BadRequestError", 404: "NotFoundError", 429: "RateLimitError"}


def error_names(call: Call) -> tuple[str, ...]:
    """List what may stand in `error.type` for a failure: class name, HTTP status, the provider's code."""
    attempt = call.attempt
    if attempt.broke_off:
        return _BROKEN
    if attempt.status is None:
        return _TIMEOUT
    kind = _KINDS.get(attempt.status, "InternalServerError" if attempt.status >= 500 else "APIStatusError")
    return (kind, str(attempt.status), str(attempt.error))


def error_agrees(name: str | None, got: tuple[str, Any]) -> bool:
    """Tell whether status and kind fit a failure of this family; None means that the call was answered."""
    status, kind = got
    if name is None:
        return status != "ERROR" and kind is None
    if status != "ERROR" or not isinstance(kind, str):
        return False
    # A class may come with its module in front ("openai.RateLimitError").
    last = kind.rpartition(".")[2]
    return last in _NAMED.get(name, (name,)) or kind in _ELSEWHERE.get(name, ()) or last in _ELSEWHERE.get(name, ())


def error_mistake(call: Call) -> str | None:
    """Say what is wrong with the status or the kind of error."""
    status, kind = call.span.status, call.get("error.type")
    if call.attempt.answered:
        cut = call.attempt.finish_reason == "length"
        return "an answer that was cut at its length is an answer, not an error" if cut else None
    if isinstance(kind, str) and " " in kind:
        return "the message stands in `error.type`; a kind of error has few values, a message has many"
    if kind is None and status == "ERROR":
        return "the status is set, the kind of error is missing"
    return "the status is missing" if status != "ERROR" else None


def renamed(call: Call, *names: str) -> str | None:
    """Say which older or rival name of these attributes is there."""
    return next(filter(None, (rename_for(call.span.attributes, name) for name in names)), None)
