"""The first token of one model comes late; the rest comes as fast as ever."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.models import ALIASES

_MID = ALIASES.index("lumen-mid")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply the model's time to the first token by `level`."""
    return replace(now, first_token=now.first_token * where(call.model == _MID, level, 1.0))


INCIDENT = Incident(
    name="slow_first_token",
    kind="latency",
    title="the first token of lumen-mid comes late",
    symptom="People look at an empty answer for seconds; tokens a second are as they were.",
    culprit=("gen_ai.request.model", "lumen-mid"),
    moves={"ttft_p50_s": "+", "ttft_p95_s": "+", "latency_p95_s": "+"},
    apm="Latency rises a little; it cannot tell waiting from reading.",
    strengths={"mild": 2.0, "severe": 4.0},
    harm=Harm("seconds waited", 640, 1900),
    change=change,
)
