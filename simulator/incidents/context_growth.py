"""The cost spike: the thread that goes with each question quietly grows."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.prompts import NAMES

_SUPPORT = NAMES.index("support-answer")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Let the prompt's context grow evenly to `level` times its size."""
    factor = 1.0 + (level - 1.0) * call.progress
    return replace(now, context=now.context * where(call.prompt == _SUPPORT, factor, 1.0))


INCIDENT = Incident(
    name="context_growth",
    kind="cost",
    title="the context sent with support questions quietly grows",
    symptom="The bill rises day by day with flat traffic and the same answers: more goes in, as much comes out.",
    culprit=("gen_ai.prompt.name", "support-answer"),
    moves={
        "input_tokens_mean": "+",
        "output_input_ratio": "-",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
        "ttft_p50_s": "+",
        "ttft_p95_s": "+",
        "cached_share": "+",
    },
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 1.6, "severe": 2.2},
    harm=Harm("USD", 0.16, 0.33),
    change=change,
)
