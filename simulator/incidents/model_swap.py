"""Decoy: the alias moves to a newer snapshot that is as good as the old one."""

from dataclasses import replace

from simulator.arithmetic import where
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.models import ALIASES

_MID = ALIASES.index("lumen-mid")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Send a share `level` of the alias's calls to its newer snapshot."""
    return replace(now, new_snapshot=where(call.model == _MID, level, now.new_snapshot))


INCIDENT = Incident(
    name="model_swap",
    kind="decoy",
    title="the alias lumen-mid moves to a snapshot that is as good",
    symptom="Another model answers; nothing else moves.",
    culprit=("gen_ai.response.model", "lumen-mid-2026-11-12"),
    moves={"new_snapshot_share": "+"},
    apm="Nothing.",
    strengths={"mild": 0.5, "severe": 1.0},
    harm=Harm("none"),
    change=change,
)
