"""The silent regression: the provider moves an alias to a newer snapshot that answers worse."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.models import ALIASES

_MID = ALIASES.index("lumen-mid")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Send the alias to its newer snapshot, which gets a further share `level` of its answers wrong."""
    mid = call.model == _MID
    return replace(now, new_snapshot=where(mid, 1.0, now.new_snapshot), snapshot_wrong=now.snapshot_wrong + level)


INCIDENT = Incident(
    name="alias_swap",
    kind="quality",
    title="the alias lumen-mid moves to a snapshot that gets facts wrong",
    symptom="Answers read as well as ever and name a wrong day, sum or number; customers notice, hours later.",
    culprit=("gen_ai.response.model", "lumen-mid-2026-11-12"),
    moves={"good_ratio": "-", "judge_score_mean": "-", "wrong_ratio": "+", "new_snapshot_share": "+"},
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.12, "severe": 0.28},
    harm=Harm("bad answers", 76, 180),
    change=change,
)
