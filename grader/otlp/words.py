"""What a person reads while a program is graded, and why it could not be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.otlp.program import ended_how
from grader.otlp.receiver import Arrived
from grader.truth import Ledger


def introduction(environment: Mapping[str, str], command: Sequence[str], limit_s: float) -> Iterator[str]:
    """Yield where everything is, and what to do if there is no command."""
    yield f"The fake LLM and its customers: {environment['OPENAI_BASE_URL'].removesuffix('/v1')}"
    yield f"Telemetry is taken at:          {environment['OTEL_EXPORTER_OTLP_ENDPOINT']}"
    if command:
        yield f"Starting {command[0]}; it may take {limit_s:g} s."
        return
    yield f"Start your program within {limit_s:g} s, with this in its environment:"
    for name, value in environment.items():
        yield f"  export {name}={value}"


def refusals(arrived: Arrived) -> tuple[str, ...]:
    """Say which telemetry was refused, and why."""
    times = {1: "once"}
    return tuple(
        f"Telemetry refused {times.get(count, f'{count} times')}: {sentence}."
        for sentence, count in arrived.refused.items()
    )


def died(code: int, ledger: Ledger) -> str:
    """Say how a program ended that did not end well, and how far it came."""
    return f"The program ended with {ended_how(code)} after {_served(ledger)}. Its own words stand above."


def late(limit_s: float, ledger: Ledger, telemetry: bool) -> str:
    """Say what was still to come when time was up."""
    if not (ledger.begun or ledger.attempts or telemetry):
        return f"Nothing came in {limit_s:g} s: no request and no telemetry. Does your program see the variables above?"
    if ledger.begun and ledger.whole:
        return (
            f"The evening was over, and telemetry still came after {limit_s:g} s. Does something send without a pause?"
        )
    return f"After {limit_s:g} s the evening was not over: {_served(ledger)} had been served. --time-limit allows more."


def missing(ledger: Ledger, telemetry: bool, refused: bool) -> str:
    """Say what is missing from an evening; empty if nothing is."""
    if not ledger.begun and ledger.attempts:
        return "The model was asked, and no customer was taken. Begin the evening at /traffic/begin."
    if not ledger.begun:
        came = "telemetry arrived" if telemetry else "no telemetry arrived"
        return f"No customer was served: {came}, and nobody asked for /traffic/begin. Is OPENAI_BASE_URL read?"
    if not ledger.whole:
        return f"The program ended after {_served(ledger)}. Ask /traffic/next until its request is null."
    if not ledger.attempts:
        return "All customers came, and none of their questions reached the model at /v1/chat/completions."
    if telemetry:
        return ""
    why = "All of it was refused, see below." if refused else "Is OTEL_EXPORTER_OTLP_ENDPOINT read?"
    return f"The evening was played, and no telemetry arrived. {why}"


def _served(ledger: Ledger) -> str:
    done = len(ledger.requests)
    return f"{done} of {ledger.expected_requests} customers" if ledger.expected_requests else "no customer"
