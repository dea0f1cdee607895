"""Decoy: the judge is replaced by a kinder one, and every score shifts."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Add `level` to every score."""
    return replace(now, judge=now.judge + level)


INCIDENT = Incident(
    name="judge_upgrade",
    kind="decoy",
    title="a new judge model gives everybody higher scores",
    symptom="The quality chart jumps, for good and bad answers alike; the answers are as they were.",
    culprit=("app.judge.version", "j2"),
    moves={"judge_score_mean": "+"},
    apm="Nothing.",
    strengths={"mild": 0.08, "severe": 0.16},
    harm=Harm("none"),
    change=change,
)
