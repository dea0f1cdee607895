"""A million calls as arrays: the same behaviour as in process, played for many requests at once.

One row is one attempt of the reference bot. Requests are played in portions; attempts of a portion in rounds: every
request's first attempt, then the second of those that go on, and so forth. Only the rate limit needs the rows in order:
a running sum tells whether it was reached at all, and the few requests that it touched are played again one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from simulator import course_of, judging, prices
from simulator.answering import TOOL
from simulator.arrivals import gap_ticks
from simulator.behaviour import Behaviour
from simulator.bucket import BURST_NS, Bucket, cost_ns
from simulator.chance import Chance
from simulator.course_of import Requests, State, Step
from simulator.scenario import Scenario
from simulator.traffic import Traffic

Array = np.ndarray[Any, Any]
Columns = dict[str, Array]
T = TypeVar("T")

PORTION = 1 << 15
"""Requests that are played at once: few enough for a processor's cache."""


def picked(what: T, mask: Any) -> T:
    """Return the part of a (nested) record of arrays that a mask or an index picks; numbers stay as they are."""
    if isinstance(what, np.ndarray):
        found: T = what[mask]
        return found
    if isinstance(what, tuple):
        return tuple(picked(entry, mask) for entry in what)  # type: ignore[return-value]  # a tuple again
    if is_dataclass(what) and not isinstance(what, type):
        names = [field.name for field in fields(what) if field.init]
        return replace(what, **{name: picked(getattr(what, name), mask) for name in names})
    return what


def arrivals(traffic: Traffic, count: int) -> tuple[Array, Array]:
    """Return when the first `count` requests arrive (ns), and which of them a machine forwards."""
    streams = traffic.streams
    shares = [stream[2].rates[0] for stream in streams]
    counts = [round(count * share / sum(shares) * 1.02) + 2000 for share in shares]
    while True:
        moments = [
            pace.moment(np.cumsum(gap_ticks(traffic.chance, name, shape, np.arange(size, dtype=np.uint64))))
            for (name, shape, pace), size in zip(streams, counts, strict=True)
        ]
        at_ns = np.concatenate(moments)
        batch = np.concatenate([np.full(len(found), bool(n)) for n, found in enumerate(moments)])
        order = np.argsort(at_ns, kind="stable")[:count]
        short = [n for n, found in enumerate(moments) if len(order) < count or found[-1] <= at_ns[order[-1]]]
        if not short:
            return at_ns[order], batch[order]
        for n in short:
            counts[n] = counts[n] * 3 // 2


def portions(scenario: Scenario, seed: int) -> Iterator[Columns]:
    """Yield the rows of a scenario, portion by portion, in the order in which a process plays them.

    Columns are arrays of numbers; `simulator.edges.table` gives them their names.
    """
    traffic = Traffic(scenario, Chance(seed))
    at_ns, batch = arrivals(traffic, scenario.requests)
    bucket = Bucket()
    for low in range(0, len(at_ns), PORTION):
        high = min(low + PORTION, len(at_ns))
        yield _portion(traffic, np.arange(low, high, dtype=np.int64), at_ns[low:high], batch[low:high], bucket)


def _portion(traffic: Traffic, index: Array, at_ns: Array, batch: Array, bucket: Bucket) -> Columns:
    asked, state = course_of.arrived(traffic, index, at_ns, batch)
    asked = replace(asked, now=_spread(asked.now, len(index)))
    rows: list[Columns] = []
    place = np.arange(len(index))
    while len(place):
        step, after = course_of.attempt(traffic, asked, state)
        rows.append(_columns(traffic, asked, state, step))
        mask = np.broadcast_to(step.goes_on, place.shape)
        place, asked, state = place[mask], picked(asked, mask), picked(after, mask)
    found = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    order = np.lexsort((found["number"], found["request"]))
    found = {name: column[order] for name, column in found.items()}
    found = _limited(traffic, found, batch, bucket)
    found["final"] = np.append(found["request"][1:] != found["request"][:-1], True)
    return found


def _spread(now: Behaviour, count: int) -> Behaviour:
    """Return a behaviour whose knobs are numbers, or arrays with one entry a request."""
    knobs = {field.name: getattr(now, field.name) for field in fields(now)}
    return Behaviour(**{name: np.broadcast_to(k, count) if np.ndim(k) else k for name, k in knobs.items()})


def _columns(traffic: Traffic, asked: Requests, state: State, step: Step) -> Columns:
    """Return one round's rows, or one attempt's: every column is as long as the round."""
    chance, out = traffic.chance, step.out
    tokens = (out.input_tokens, out.cached_tokens, out.output_tokens)
    score = judging.score(chance, step.attempt, out.usable, tokens[2], asked.now)
    limit = traffic.scenario.tokens_per_minute * asked.now.limit
    found: dict[str, Any] = {
        "request": asked.index,
        "number": state.number,
        "attempt": step.attempt,
        "at_ns": asked.at_ns,
        "tenant": asked.origin.tenant,
        "use": asked.origin.use,
        "text": asked.found.text,
        "model": asked.origin.model,
        "question": asked.found.question,
        "question_tokens": (asked.found.question_length + 3) // 4,
        "stale": asked.found.stale,
        "newer": step.newer,
        "sent_ns": step.sent_ns,
        "latency_ns": out.latency_ns,
        "first_token_ns": out.first_token_ns,
        "token_ns": out.token_ns,
        "fate": out.fate,
        "says": out.says,
        "stopped": out.stopped,
        "input_tokens": tokens[0],
        "cached_tokens": tokens[1],
        "output_tokens": tokens[2],
        "cost_usd": prices.cost_usd(asked.origin.model, step.sent_ns, tokens),
        "usable": out.usable,
        "judge_score": score,
        "limit_ns": cost_ns(tokens[0], limit),
        "call": out.says == TOOL,
    }
    size = np.shape(asked.index)
    return {name: np.broadcast_to(column, size) if size else np.array([column]) for name, column in found.items()}


def _limited(traffic: Traffic, found: Columns, batch: Array, bucket: Bucket) -> Columns:
    """Return the rows as the rate limit leaves them."""
    cost, sent = found["limit_ns"], found["sent_ns"]
    used = np.cumsum(cost)
    before = used - cost
    high = np.maximum.accumulate(np.append(bucket.free_ns, found["at_ns"] - before))
    if not (before + high[:-1] - sent > BURST_NS).any():
        bucket.free_ns = int(used[-1] + high[-1])
        return found
    return _one_by_one(traffic, found, batch, bucket)


def _one_by_one(traffic: Traffic, found: Columns, batch: Array, bucket: Bucket) -> Columns:
    first = int(found["request"][0])
    replayed: list[Columns] = []
    dropped = np.zeros(len(found["request"]), dtype=bool)
    starts = np.flatnonzero(np.append(True, found["request"][1:] != found["request"][:-1]))
    ends = np.append(starts[1:], len(found["request"]))
    sent, cost, arrived = (found[name].tolist() for name in ("sent_ns", "limit_ns", "at_ns"))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        free_ns = max(bucket.free_ns, arrived[start])
        for row in range(start, end):
            if free_ns - sent[row] > BURST_NS:
                request = int(found["request"][start])
                replayed += _replay(traffic, request, arrived[start], bool(batch[request - first]), bucket)
                dropped[start:end] = True
                break
            free_ns += cost[row]
        else:
            bucket.free_ns = free_ns
    together = {
        name: np.concatenate([column[~dropped], *(row[name] for row in replayed)]) for name, column in found.items()
    }
    order = np.lexsort((together["number"], together["request"]))
    return {name: column[order] for name, column in together.items()}


def _replay(traffic: Traffic, request: int, at_ns: int, batch: bool, bucket: Bucket) -> list[Columns]:
    """Play one request alone, against the rate limit."""

    def limit(moment_ns: int, input_tokens: int, now: Behaviour) -> int:
        return bucket.wait_ns(moment_ns, cost_ns(input_tokens, traffic.scenario.tokens_per_minute * now.limit), at_ns)

    asked, state = course_of.arrived(traffic, request, at_ns, batch)
    rows: list[Columns] = []
    goes_on = True
    while goes_on:
        step, after = course_of.attempt(traffic, asked, state, limit)
        rows.append(_columns(traffic, asked, state, step))
        state, goes_on = after, bool(step.goes_on)
    return rows
