"""Decoy: customers write more around their questions."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply what customers add to a question by `level`."""
    return replace(now, question=now.question * level)


INCIDENT = Incident(
    name="longer_questions",
    kind="decoy",
    title="customers write longer questions",
    symptom="Questions grow and input tokens a little with them; answers are as good as ever.",
    culprit=("none", "customers"),
    moves={"question_tokens_mean": "+", "input_tokens_mean": "+", "output_input_ratio": "-"},
    apm="Nothing.",
    strengths={"mild": 3.0, "severe": 5.0},
    harm=Harm("none"),
    change=change,
    moves_when_severe={"cost_per_request_usd": "+", "cost_per_hour_usd": "+", "ttft_p50_s": "+", "cached_share": "-"},
)
