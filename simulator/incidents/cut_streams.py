"""Connections break in the middle of a stream."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Break a further share `level` of the streams."""
    return replace(now, cut_stream=now.cut_stream + level)


INCIDENT = Incident(
    name="cut_streams",
    kind="availability",
    title="streams break off in the middle of an answer",
    symptom="Answers stop in mid-sentence and start again; what was sent is billed twice.",
    culprit=("error.type", "APIConnectionError"),
    moves={
        "cut_stream_ratio": "+",
        "error_ratio": "+",
        "attempts_per_request": "+",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
        "latency_p95_s": "+",
    },
    apm="Nothing, if it looks at status codes: they were 200 when the stream broke.",
    strengths={"mild": 0.08, "severe": 0.2},
    harm=Harm("USD", 0.13, 0.33),
    change=change,
    moves_when_severe={"failed_request_ratio": "+", "good_ratio": "-"},
)
