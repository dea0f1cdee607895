"""The model looks the same order up again and again before it answers."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.prompts import NAMES

_ORDERS = NAMES.index("order-status")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """After a tool result, call the tool again in a further share `level` of the cases."""
    return replace(now, tool_loop=now.tool_loop + where(call.prompt == _ORDERS, level, 0.0))


INCIDENT = Incident(
    name="tool_loop",
    kind="cost",
    title="the model calls the order look-up in a loop",
    symptom="The bill for order questions multiplies; customers wait, and then get the right answer.",
    culprit=("gen_ai.tool.name", "look_up_order"),
    moves={
        "tool_calls_per_request": "+",
        "attempts_per_request": "+",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
    },
    apm="Order requests take longer; every call has status 200.",
    strengths={"mild": 0.6, "severe": 0.88},
    harm=Harm("USD", 0.07, 0.20),
    change=change,
    moves_when_severe={"latency_p95_s": "+"},
)
