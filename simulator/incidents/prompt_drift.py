"""The prompt drift: an edit that tells the model to sound sure ramps out, a fifth of the requests a day."""

from dataclasses import replace

from simulator.arithmetic import where, whole
from simulator.behaviour import Behaviour, Call
from simulator.incident import Harm, Incident
from simulator.prompts import NAMES

_SUPPORT = NAMES.index("support-answer")


def change(now: Behaviour, call: Call, level: float) -> Behaviour:
    """Give the edited prompt to 20, 40, ... 100 % of its requests; it gets a further share `level` wrong."""
    share = (whole(call.progress * 4.999) + 1) / 5
    mine = call.prompt == _SUPPORT
    return replace(now, bold_prompt=where(mine, share, now.bold_prompt), bold_wrong=now.bold_wrong + level)


INCIDENT = Incident(
    name="prompt_drift",
    kind="quality",
    title="a prompt edit ramps out Monday to Friday and costs right answers",
    symptom="Quality sinks a little every day, with no moment to point at; the new version is the one that fails.",
    culprit=("gen_ai.prompt.version", "v8"),
    moves={"good_ratio": "-", "judge_score_mean": "-", "wrong_ratio": "+", "new_version_share": "+"},
    apm="Nothing: every status is 200, error rate and latency are as they were.",
    strengths={"mild": 0.18, "severe": 0.4},
    harm=Harm("bad answers", 69, 150),
    change=change,
)
