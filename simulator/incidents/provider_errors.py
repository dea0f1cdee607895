"""The provider answers with 503 now and then."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Let a further share `level` of the attempts fail, in clusters."""
    return replace(now, server_error=now.server_error + level)


INCIDENT = Incident(
    name="provider_errors",
    kind="availability",
    title="the provider answers with 503",
    symptom="Some requests take a second try, a few fail.",
    culprit=("error.type", "503"),
    moves={
        "server_error_ratio": "+",
        "error_ratio": "+",
        "attempts_per_request": "+",
        "failed_request_ratio": "+",
        "good_ratio": "-",
    },
    apm="The error rate of the call rises.",
    strengths={"mild": 0.06, "severe": 0.11},
    harm=Harm("failed requests", 7.5, 33),
    change=change,
    moves_when_severe={"latency_p95_s": "+"},
)
