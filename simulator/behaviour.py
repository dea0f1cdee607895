"""Behaviour: everything that an incident may change about traffic, provider and judge, as numbers.

An incident is a pure function from one behaviour to another. The defaults are an ordinary day; sources and reasons for
the figures: course/decisions/0010-simulator-figures.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from simulator.arithmetic import Numbers, where


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one call goes. Shares lie between 0 and 1; factors multiply what would be otherwise.

    Traffic: `traffic` (factor on the rate of requests), `question` (factor on what customers add to a question),
    `context` (factor on the input's tokens), `bold_prompt` and `polished_prompt` (shares of requests that get that
    text), `stale` (share of retrievals that bring an older revision of the document).

    Answers: `wrong` (added share of answers with the decisive fact wrong), `bold_wrong` and `snapshot_wrong` (the same
    where the bold prompt, or the newer snapshot, answered), `refusal`, `broken` (JSON that lacks the form), `fenced`
    (JSON inside a code fence, which the bot cannot parse and asks again), `foreign` (another language than the
    customer's), `length_cut`, `output` (factor on the answer's tokens), `tool_loop` (share of tool results after which
    the model calls the tool again), `new_snapshot` (share of calls that an alias sends to its newer snapshot).

    Provider: `cache` (share of prompts of 1024 tokens or more that are partly cached), `first_token` and `per_token`
    (factors on latency), `limit` (factor on the rate limit), `rate_limited`, `server_error`, `timeout` (shares of
    attempts that end so, on the average), `cut_stream` (share of answers whose connection breaks).

    Judge: `judge` (added to every score).
    """

    traffic: Numbers = 1.0
    question: Numbers = 1.0
    context: Numbers = 1.0
    bold_prompt: Numbers = 0.0
    polished_prompt: Numbers = 0.0
    stale: Numbers = 0.0
    wrong: Numbers = 0.0
    bold_wrong: Numbers = 0.0
    snapshot_wrong: Numbers = 0.0
    refusal: Numbers = 0.003
    broken: Numbers = 0.005
    fenced: Numbers = 0.01
    foreign: Numbers = 0.001
    length_cut: Numbers = 0.01
    output: Numbers = 1.0
    tool_loop: Numbers = 0.0
    new_snapshot: Numbers = 0.0
    cache: Numbers = 0.28
    first_token: Numbers = 1.0
    per_token: Numbers = 1.0
    limit: Numbers = 1.0
    rate_limited: Numbers = 0.003
    server_error: Numbers = 0.0015
    timeout: Numbers = 0.0005
    cut_stream: Numbers = 0.0002
    judge: Numbers = 0.0


KNOBS = tuple(field.name for field in fields(Behaviour))


@dataclass(frozen=True, slots=True)
class Call:
    """What an incident may look at: numbers (or arrays) that say which call this is.

    `prompt` and `model` are positions in `simulator.prompts.NAMES` and `simulator.models.ALIASES`; `tenant` is a
    number; `progress` is how much of the incident's window has passed, from 0 to 1.
    """

    prompt: Numbers
    model: Numbers
    tenant: Numbers
    progress: Numbers


def merged(condition: Numbers, changed: Behaviour, now: Behaviour) -> Behaviour:
    """Return the changed behaviour where the condition holds, and the one of now elsewhere."""
    if condition is True:
        return changed
    knobs = {}
    for name in KNOBS:
        new, old = getattr(changed, name), getattr(now, name)
        knobs[name] = old if new is old else where(condition, new, old)
    return Behaviour(**knobs)
