"""Answers come wrapped in a code fence; the bot cannot parse them and asks again."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.models import ALIASES

_MID = ALIASES.index("lumen-mid")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Wrap a further share `level` of the model's answers in a code fence."""
    return replace(now, fenced=now.fenced + where(call.model == _MID, level, 0.0))


INCIDENT = Incident(
    name="retry_storm",
    kind="cost",
    title="the bot cannot parse fenced answers and asks again",
    symptom="The bill rises with flat traffic: a request takes several calls, all of them answered with status 200.",
    culprit=("gen_ai.request.model", "lumen-mid"),
    moves={
        "unparsable_ratio": "+",
        "attempts_per_request": "+",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
        "latency_p95_s": "+",
    },
    apm="Requests take longer; every call has status 200.",
    strengths={"mild": 0.15, "severe": 0.33},
    harm=Harm("USD", 0.21, 0.58),
    change=change,
)
