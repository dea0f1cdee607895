"""Decoy: a prompt edit ramps out that only tidies the wording."""

from dataclasses import replace

from simulator.arithmetic import where, whole
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.prompts import NAMES

_SUPPORT = NAMES.index("support-answer")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Give the tidied prompt to a share of its requests that rises in five steps to `level`."""
    share = level * (whole(call.progress * 4.999) + 1) / 5
    return replace(now, polished_prompt=where(call.prompt == _SUPPORT, share, now.polished_prompt))


INCIDENT = Incident(
    name="prompt_polish",
    kind="decoy",
    title="a harmless prompt edit ramps out",
    symptom="A new prompt version appears; answers are as good as ever.",
    culprit=("gen_ai.prompt.version", "v8"),
    moves={"new_version_share": "+"},
    apm="Nothing.",
    strengths={"mild": 0.5, "severe": 1.0},
    harm=Harm("none"),
    change=change,
)
