"""The provider halves and halves again what it allows; the busy hours run into the limit."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply the rate limit by `level`."""
    return replace(now, limit=now.limit * level)


INCIDENT = Incident(
    name="rate_limits",
    kind="availability",
    title="the provider's rate limit sinks, and busy hours run into it",
    symptom="In the evening calls are refused with status 429; at night all is well.",
    culprit=("error.type", "429"),
    moves={
        "rate_limited_ratio": "+",
        "error_ratio": "+",
        "attempts_per_request": "+",
        "latency_p95_s": "+",
        "failed_request_ratio": "+",
        "good_ratio": "-",
    },
    apm="The error rate of the call rises with traffic.",
    strengths={"mild": 0.25, "severe": 0.23},
    harm=Harm("failed requests", 8, 24),
    change=change,
)
