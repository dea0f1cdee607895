"""A changed word at the top of the prompt makes the provider's cache useless."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Take away a share `level` of the cache's hits."""
    return replace(now, cache=now.cache * (1.0 - level))


INCIDENT = Incident(
    name="cache_loss",
    kind="cost",
    title="the provider's prompt cache stops helping",
    symptom="Input costs its full price: the bill rises with the same tokens, the same traffic and the same answers.",
    culprit=("gen_ai.usage.cache_read.input_tokens", "0"),
    moves={
        "cached_share": "-",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
        "ttft_p50_s": "+",
        "ttft_p95_s": "+",
    },
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.6, "severe": 1.0},
    harm=Harm("USD", 0.10, 0.16),
    change=change,
)
