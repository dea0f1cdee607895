"""Answers of one prompt come without the agreed JSON form."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.prompts import NAMES

_ORDERS = NAMES.index("order-status")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Break the form of a further share `level` of the prompt's answers."""
    return replace(now, broken=now.broken + where(call.prompt == _ORDERS, level, 0.0))


INCIDENT = Incident(
    name="schema_breaks",
    kind="quality",
    title="answers about orders lose the agreed JSON form",
    symptom="The page that shows the answer has an empty field: keys are renamed or missing.",
    culprit=("gen_ai.prompt.name", "order-status"),
    moves={"good_ratio": "-", "judge_score_mean": "-", "broken_ratio": "+"},
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.16, "severe": 0.4},
    harm=Harm("bad answers", 41, 100),
    change=change,
)
