"""Compound: the context grows into the provider's token limit, and the refused calls are tried again."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.incidents import context_growth


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Let the context grow to `level` times its size, under a rate limit that would be ample for the usual size."""
    return replace(context_growth.change(now, call, level), limit=now.limit * 0.4)


INCIDENT = Incident(
    name="storm_from_context",
    kind="compound",
    title="growing context runs into the token limit: a retry storm",
    symptom=(
        "First the bill rises, then evening calls are refused and retried; the first cause is the prompt's context."
    ),
    culprit=("gen_ai.prompt.name", "support-answer"),
    moves={
        "input_tokens_mean": "+",
        "output_input_ratio": "-",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
        "ttft_p50_s": "+",
        "ttft_p95_s": "+",
        "cached_share": "+",
        "rate_limited_ratio": "+",
        "error_ratio": "+",
        "attempts_per_request": "+",
        "latency_p95_s": "+",
        "failed_request_ratio": "+",
        "good_ratio": "-",
    },
    apm="The error rate of the call rises in the evening; why, it cannot say.",
    strengths={"mild": 2.6, "severe": 3.2},
    harm=Harm("failed requests", 6.9, 28),
    change=change,
)
