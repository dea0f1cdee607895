"""The provider tightens a filter, and the small model declines harmless questions."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.models import ALIASES

_SMALL = ALIASES.index("lumen-small")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Let the small model decline a further share `level` of its questions."""
    return replace(now, refusal=now.refusal + where(call.model == _SMALL, level, 0.0))


INCIDENT = Incident(
    name="refusals",
    kind="quality",
    title="lumen-small declines questions that it answered before",
    symptom="Customers who ask for their order are told that the assistant cannot help.",
    culprit=("gen_ai.request.model", "lumen-small"),
    moves={
        "good_ratio": "-",
        "judge_score_mean": "-",
        "refusal_ratio": "+",
        "output_tokens_mean": "-",
        "output_input_ratio": "-",
    },
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.15, "severe": 0.35},
    harm=Harm("bad answers", 39, 92),
    change=change,
)
