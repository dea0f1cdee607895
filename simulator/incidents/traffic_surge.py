"""Decoy: a newsletter brings more customers, who ask what they always ask."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply the rate of requests by `level`."""
    return replace(now, traffic=now.traffic * level)


INCIDENT = Incident(
    name="traffic_surge",
    kind="decoy",
    title="more customers than usual, asking what they always ask",
    symptom="Requests and the daily bill rise together; cost per request and quality are as they were.",
    culprit=("none", "traffic"),
    moves={"requests_per_hour": "+", "cost_per_hour_usd": "+"},
    apm="Traffic rises.",
    strengths={"mild": 1.6, "severe": 2.4},
    harm=Harm("none"),
    change=change,
)
