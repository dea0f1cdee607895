"""Tokens of one model come slowly; the first one is in time."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.models import ALIASES

_MID = ALIASES.index("lumen-mid")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply the model's seconds per token by `level`."""
    return replace(now, per_token=now.per_token * where(call.model == _MID, level, 1.0))


INCIDENT = Incident(
    name="slow_stream",
    kind="latency",
    title="lumen-mid streams its tokens slowly",
    symptom="Answers begin at once and crawl.",
    culprit=("gen_ai.request.model", "lumen-mid"),
    moves={"token_s_p50": "+", "latency_p95_s": "+"},
    apm="Latency rises; the time to the first token, which it does not have, is as it was.",
    strengths={"mild": 1.6, "severe": 3.0},
    harm=Harm("seconds waited", 1400, 4500),
    change=change,
)
