"""How a request goes when the reference bot serves it, as numbers: attempt after attempt, for one request or for many.

The reference bot (`simulator.bot`) searches, reranks, asks the model on a stream, looks orders up when the model wants
it to, asks again when an answer cannot be parsed, and tries a failed call again after a pause. This module says the
same in arithmetic; a test holds the two to the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator import answering, asking, shop
from simulator.answering import ANSWERED, FENCED, NS, RATE_LIMITED, TOOL, Outcome, Sending
from simulator.arithmetic import Numbers, take, where
from simulator.behaviour import Behaviour
from simulator.bot import MOST_FAILURES, MOST_LOOK_UPS, MOST_REPEATS, TIMEOUT_S
from simulator.chance import Chance
from simulator.models import TIERS
from simulator.prompts import BOLD
from simulator.traffic import ATTEMPTS_PER_REQUEST, Traffic

_HAS_NEWER = tuple(len(model.snapshots) > 1 for model in TIERS)
_OF_ORDER = tuple(question.of_order for question in shop.QUESTIONS)


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests in numbers; each entry is a number, or an array with one number a request."""

    index: Numbers
    at_ns: Numbers
    origin: asking.Origin
    found: asking.Features
    now: Behaviour
    look_up_length: Numbers


@dataclass(frozen=True, slots=True)
class State:
    """Where the bot is in a request: the next attempt's moment and number, and what it has behind it."""

    at_ns: Numbers
    number: Numbers
    failures: Numbers
    repeats: Numbers
    look_ups: Numbers


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt: when it was sent, its tokens, which snapshot answered, what came of it, and whether more follows."""

    attempt: Numbers
    sent_ns: Numbers
    newer: Numbers
    out: Outcome
    goes_on: Numbers


Limit = Callable[[int, int, Behaviour], int]
"""A rate limit: given moment (ns), input tokens and behaviour, returns how long to wait (ns); 0 takes the share."""


def arrived(traffic: Traffic, index: Numbers, at_ns: Numbers, batch: Numbers) -> tuple[Requests, State]:
    """Return requests that arrive, and the state in which the bot first asks the model."""
    origin, found, now = traffic.features(index, at_ns, batch)
    number = shop.order_number(traffic.chance, index)
    length = shop.look_up_length(*shop.order_facts(traffic.chance, number))
    search_ns, rerank_ns = answering.retrieval_ns(traffic.chance, index)
    begin_ns = at_ns + search_ns + rerank_ns
    nothing = begin_ns * 0
    return Requests(index, at_ns, origin, found, now, length), State(begin_ns, nothing + 1, nothing, nothing, nothing)


def attempt(traffic: Traffic, asked: Requests, state: State, limit: Limit | None = None) -> tuple[Step, State]:
    """Play the next attempt of each request; `limit` is asked about single requests only."""
    chance = traffic.chance
    index = asked.index * ATTEMPTS_PER_REQUEST + state.number % ATTEMPTS_PER_REQUEST
    of_order = asked.origin.prompt == asking.ORDER_PROMPT
    per_look_up = 8 + asking.tokens(asked.look_up_length)
    swapped = take(_HAS_NEWER, asked.origin.model) & (chance.uniform("snapshot", index) < asked.now.new_snapshot)
    sending = Sending(
        index=index,
        at_ns=asked.at_ns,
        model=asked.origin.model,
        input_tokens=asked.found.input_tokens + state.look_ups * per_look_up,
        bold=asked.found.text == BOLD,
        stale=asked.found.stale & (take(_OF_ORDER, asked.found.question) == False),  # noqa: E712  # no `not` on arrays
        newer=swapped,
        tools=where(of_order & (state.look_ups < MOST_LOOK_UPS), state.look_ups, -1),
    )
    out = answering.outcome(chance, sending, asked.now, traffic.scenario.clustering, TIMEOUT_S)
    pause_s = state.failures + 1
    wait_ns = limit(state.at_ns, sending.input_tokens, asked.now) if limit is not None else 0
    if wait_ns:
        out = refused(chance, index, out)
        pause_s = max(pause_s, -(-wait_ns // NS))
    return _next(chance, state, Step(index, state.at_ns, swapped, out, False), pause_s)


def refused(chance: Chance, index: int, out: Outcome) -> Outcome:
    """Return the outcome of an attempt that the rate limit refuses."""
    taken_ns = answering.error_ns(chance, index, RATE_LIMITED)
    return Outcome(RATE_LIMITED, out.says, out.input_tokens, 0, 0, False, 0, 0, taken_ns)


def _next(chance: Chance, state: State, step: Step, pause_s: Numbers) -> tuple[Step, State]:
    out = step.out
    answered = out.fate == ANSWERED
    failed = out.fate != ANSWERED
    calls = answered & (out.says == TOOL)
    unread = answered & (out.says != TOOL) & ((out.says == FENCED) | out.stopped)
    after = State(
        at_ns=state.at_ns
        + out.latency_ns
        + where(failed, pause_s * NS, where(calls, answering.lookup_ns(chance, step.attempt), 0)),
        number=state.number + 1,
        failures=state.failures + where(failed, 1, 0),
        repeats=state.repeats + where(unread, 1, 0),
        look_ups=state.look_ups + where(calls, 1, 0),
    )
    goes_on = calls | (failed & (after.failures < MOST_FAILURES)) | (unread & (after.repeats <= MOST_REPEATS))
    return Step(step.attempt, step.sent_ns, step.newer, out, goes_on), after
