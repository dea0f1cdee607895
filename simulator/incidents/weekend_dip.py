"""Decoy: a quiet weekend."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply the rate of requests by `level`."""
    return replace(now, traffic=now.traffic * level)


INCIDENT = Incident(
    name="weekend_dip",
    kind="decoy",
    title="fewer customers than usual",
    symptom="Requests and the daily bill fall together; nothing else moves.",
    culprit=("none", "traffic"),
    moves={"requests_per_hour": "-", "cost_per_hour_usd": "-"},
    apm="Traffic falls.",
    strengths={"mild": 0.7, "severe": 0.45},
    harm=Harm("none"),
    change=change,
)
