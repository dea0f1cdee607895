"""The simulated judge (LLM-as-judge): a verdict on one answer, noisy, a little too fond of long answers, and not free.

It agrees with the truth in about four answers of five (the agreement that studies of judge models report with people is
of that order), adds 0.05 to the score for each hundred tokens above 200, and an incident may shift all its scores. It
has a price and a latency of its own: it reads the prompt and the answer and writes forty tokens, at the rates of
"lumen-small".
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arithmetic import Numbers, larger, smaller, where, whole
from simulator.behaviour import Behaviour
from simulator.chance import Chance
from simulator.models import ALIASES, MODELS
from simulator.prices import cost_usd
from simulator.quantiles import lognormal, normal

NS = 1_000_000_000
MODEL = "lumen-small"
OUTPUT_TOKENS = 40
GOOD = 0.5
"""Score from which the judge calls an answer good."""

_APART, _NOISE, _FOR_LENGTH, _USUAL_TOKENS = 0.25, 0.29, 0.0005, 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict: score from 0 to 1 ("good" from 0.5), what it cost in USD, and how long it took in nanoseconds."""

    score: Numbers
    cost_usd: Numbers
    latency_ns: Numbers


def score(chance: Chance, index: Numbers, usable: Numbers, output_tokens: Numbers, now: Behaviour) -> Numbers:
    """Return the score of the answer of attempt number `index`, from 0 to 1; the same answer always gets the same.

    Args:
        chance: the seed.
        index: number of the attempt.
        usable: the truth.
        output_tokens: the answer's length.
        now: the behaviour, whose `judge` is added to the score.
    """
    noise = _NOISE * normal().at(chance.uniform("judge", index))
    length = _FOR_LENGTH * (output_tokens - _USUAL_TOKENS)
    found = 0.5 + where(usable, _APART, -_APART) + length + noise + now.judge
    return larger(smaller(found, 1.0), 0.0)


def judge(
    chance: Chance, index: Numbers, usable: Numbers, tokens: tuple[Numbers, Numbers], at_ns: Numbers, now: Behaviour
) -> Verdict:
    """Judge an answer: its score, and what asking costs and takes.

    Args:
        chance: the seed.
        index: number of the attempt.
        usable: the truth.
        tokens: input and output tokens of the attempt.
        at_ns: when the attempt was sent (for the price).
        now: the behaviour.
    """
    model = MODELS[MODEL]
    read = tokens[0] + tokens[1] + 60
    pace = lognormal(0.5).at(chance.uniform("judge.latency", index))
    seconds = model.first_token_s * pace + model.prompt_token_s * read + model.token_s * OUTPUT_TOKENS
    cost = cost_usd(ALIASES.index(MODEL), at_ns, (read, 0, OUTPUT_TOKENS))
    return Verdict(score(chance, index, usable, tokens[1], now), cost, whole(seconds * NS))
