"""One shop front's customers get answers in German."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Answer the largest tenant in another language in a further share `level` of its calls."""
    return replace(now, foreign=now.foreign + where(call.tenant == 0, level, 0.0))


INCIDENT = Incident(
    name="wrong_language",
    kind="quality",
    title="customers of shop-01 get answers in another language",
    symptom="English questions are answered in German, right but of no use; only one shop front complains.",
    culprit=("app.tenant", "shop-01"),
    moves={"good_ratio": "-", "judge_score_mean": "-", "foreign_ratio": "+"},
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.18, "severe": 0.45},
    harm=Harm("bad answers", 49, 120),
    change=change,
)
