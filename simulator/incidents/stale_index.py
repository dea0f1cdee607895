"""A part of the retrieval index is restored from last month's copy."""

from dataclasses import replace

from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Let a further share `level` of the retrievals bring the older revision."""
    return replace(now, stale=now.stale + level)


INCIDENT = Incident(
    name="stale_index",
    kind="quality",
    title="part of the retrieval index holds last month's handbook",
    symptom="Answers quote rules that were true last month; they agree with the document that was retrieved.",
    culprit=("gen_ai.data_source.id", "handbook-2026-10"),
    moves={"good_ratio": "-", "judge_score_mean": "-", "stale_ratio": "+"},
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.15, "severe": 0.45},
    harm=Harm("bad answers", 120, 370),
    change=change,
)
