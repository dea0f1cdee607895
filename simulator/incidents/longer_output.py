"""The model grows chatty: the same answers, in more words."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.prompts import NAMES

_SUPPORT = NAMES.index("support-answer")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Multiply the tokens of the prompt's answers by `level`."""
    return replace(now, output=now.output * where(call.prompt == _SUPPORT, level, 1.0))


INCIDENT = Incident(
    name="longer_output",
    kind="cost",
    title="answers to support questions get longer",
    symptom="The bill rises with flat traffic; answers are right and wordy, and take longer to finish.",
    culprit=("gen_ai.prompt.name", "support-answer"),
    moves={
        "output_tokens_mean": "+",
        "output_input_ratio": "+",
        "cost_per_request_usd": "+",
        "cost_per_hour_usd": "+",
        "latency_p95_s": "+",
        "judge_score_mean": "+",
    },
    apm="Latency creeps up; status and error rate are as they were.",
    strengths={"mild": 1.4, "severe": 2.0},
    harm=Harm("USD", 0.21, 0.52),
    change=change,
)
