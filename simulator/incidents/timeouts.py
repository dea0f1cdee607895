"""Some calls are never answered; the client gives up after its timeout."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Leave a further share `level` of the attempts without an answer."""
    return replace(now, timeout=now.timeout + level)


INCIDENT = Incident(
    name="timeouts",
    kind="availability",
    title="some calls are never answered",
    symptom="A request hangs for a minute, is tried again and then works.",
    culprit=("error.type", "APITimeoutError"),
    moves={
        "timeout_ratio": "+",
        "error_ratio": "+",
        "attempts_per_request": "+",
        "latency_p95_s": "+",
        "failed_request_ratio": "+",
        "good_ratio": "-",
    },
    apm="Latency's tail and the error rate of the call rise.",
    strengths={"mild": 0.06, "severe": 0.1},
    harm=Harm("seconds waited", 6000, 11000),
    change=change,
)
