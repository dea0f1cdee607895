"""What one attempt at the model comes to, as numbers: for one attempt or for an array of them.

Lengths of answers follow the mixture fitted to Azure's 2023 trace of conversations: 72 % lognormal (mu 4.64, sigma
0.71), 28 % near 407 tokens. Errors cluster: in one stretch of five minutes out of ten they are eleven times as frequent
as in the others, with the same average (the BurstGPT traces have 1.8 to 7.3 % failures, clustered in bursts).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.arithmetic import Numbers, larger, nowhere, take, where, whole
from simulator.behaviour import Behaviour
from simulator.chance import Chance
from simulator.models import TIERS
from simulator.quantiles import lognormal

NS = 1_000_000_000

ANSWERED, RATE_LIMITED, SERVER_ERROR, TIMED_OUT, CUT = range(5)
"""How an attempt ends; CUT is a stream whose connection breaks."""

RIGHT, WRONG, STALE, REFUSED, BROKEN, FOREIGN, FENCED, TOOL = range(8)
"""What an answer says: right, one fact wrong, an older revision's fact, no, JSON without the form, another language,
JSON inside a code fence, or a call of a tool."""

DEFECTS = (None, "wrong_fact", "stale_fact", "refusal", "schema", "language", "unparsable", None)
"""The ledger's word for each, None where nothing is wrong."""

ERROR_S = {RATE_LIMITED: 0.12, SERVER_ERROR: 0.9}
CLUSTER_NS = 300 * NS
_CLUSTER_SHARE, _CLUSTERED, _CALM = 0.1, 5.5, 0.5
SHORTEST, TOOL_TOKENS = 48, 24
_SPIKE_SHARE, _SPIKE_TOKENS, _SPIKE_SIGMA = 0.28, 407.5, 0.05
_FREE_TOKENS, _FREE_SIGMA = 103.5, 0.71
_QUEUED_SHARE, _QUEUED = 0.01, 5.0
CACHE_MINIMUM, CACHE_STEP = 1024, 128

_FIRST_S = tuple(model.first_token_s for model in TIERS)
_FIRST_SIGMA = tuple(model.first_token_sigma for model in TIERS)
_TOKEN_S = tuple(model.token_s for model in TIERS)
_PROMPT_S = tuple(model.prompt_token_s for model in TIERS)
_WRONG = tuple(model.wrong for model in TIERS)


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt as the provider sees it, in numbers.

    `index` numbers its draws; `at_ns` is the moment by which clusters of errors go; `bold` says that the prompt's text
    tells the model to sound sure, `stale` that an older revision was retrieved and decides the answer, `newer` that the
    newer snapshot answers, `tools` how many tool results the model has, or -1 if it was offered no tool.
    """

    index: Numbers
    at_ns: Numbers
    model: Numbers
    input_tokens: Numbers
    bold: Numbers
    stale: Numbers
    newer: Numbers
    tools: Numbers


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an attempt: `fate`, `says`, tokens, whether the answer stops at a limit, and times in ns.

    `latency_ns` is the whole time: to the last token, or to the error.
    """

    fate: Numbers
    says: Numbers
    input_tokens: Numbers
    cached_tokens: Numbers
    output_tokens: Numbers
    stopped: Numbers
    first_token_ns: Numbers
    token_ns: Numbers
    latency_ns: Numbers

    @property
    def usable(self) -> Numbers:
        """Tell whether the customer is well served: answered, right, and whole."""
        return (self.fate == ANSWERED) & (self.says == RIGHT) & (self.stopped == False)  # noqa: E712  # arrays have no `not`


def fate(chance: Chance, index: Numbers, at_ns: Numbers, now: Behaviour, clustering: float) -> Numbers:
    """Return how an attempt ends, before any rate limit of one's own.

    Args:
        chance: the seed.
        index: number of the attempt.
        at_ns: its moment, in Unix nanoseconds.
        now: the behaviour.
        clustering: 1 for errors in clusters, 0 for errors that come one by one.
    """
    factor: Numbers = 1.0
    if clustering:
        block = chance.uniform("error.block", at_ns // CLUSTER_NS)
        factor = 1 + clustering * (where(block < _CLUSTER_SHARE, _CLUSTERED, _CALM) - 1)
    draw = chance.uniform("attempt.fate", index)
    limited = now.timeout * factor + now.rate_limited * factor
    failed = limited + now.server_error * factor
    if nowhere(draw < failed + now.cut_stream):
        return ANSWERED
    return where(
        draw < now.timeout * factor,
        TIMED_OUT,
        where(
            draw < limited,
            RATE_LIMITED,
            where(draw < failed, SERVER_ERROR, where(draw < failed + now.cut_stream, CUT, ANSWERED)),
        ),
    )


def error_ns(chance: Chance, index: Numbers, how: Numbers) -> Numbers:
    """Return how long a refusal or a failure of the provider takes, in nanoseconds."""
    seconds = where(how == RATE_LIMITED, ERROR_S[RATE_LIMITED], ERROR_S[SERVER_ERROR])
    return whole(seconds * lognormal(0.3).at(chance.uniform("error.latency", index)) * NS)


def outcome(
    chance: Chance, sent: Sending, now: Behaviour, clustering: float, timeout_s: Numbers, limit: Numbers = 1 << 40
) -> Outcome:
    """Return what becomes of an attempt that no rate limit stops.

    Args:
        chance: the seed.
        sent: the attempt.
        now: the behaviour at the request's moment.
        clustering: see `fate`.
        timeout_s: the client's patience, in seconds, to the first byte of a stream.
        limit: the most tokens that the answer may have.
    """
    how = fate(chance, sent.index, sent.at_ns, now, clustering)
    says = _says(chance, sent, now)
    cached = _cached(chance, sent, now)
    out, stopped = _output(chance, sent.index, says, now, limit)
    first_ns = _first_token_ns(chance, sent, cached, now)
    token_ns = _token_ns(chance, sent, now)
    late = (how != RATE_LIMITED) & (how != SERVER_ERROR) & (first_ns > timeout_s * NS)
    how = where(late, TIMED_OUT, how)
    if not nowhere(how == CUT):
        reached = larger(whole(out * chance.uniform("stream.cut at", sent.index)), 1)
        out = where(how == CUT, reached, out)
    whole_ns = first_ns + (out - 1) * token_ns
    arrives = (how == ANSWERED) | (how == CUT)
    if arrives is True:
        return Outcome(how, says, sent.input_tokens, cached, out, stopped, first_ns, token_ns, whole_ns)
    spent = where(how == TIMED_OUT, whole(timeout_s * NS), error_ns(chance, sent.index, how))
    return Outcome(
        fate=how,
        says=says,
        input_tokens=sent.input_tokens,
        cached_tokens=cached,
        output_tokens=out,
        stopped=stopped,
        first_token_ns=first_ns,
        token_ns=token_ns,
        latency_ns=where(arrives, whole_ns, spent),
    )


def _says(chance: Chance, sent: Sending, now: Behaviour) -> Numbers:
    """Return what the answer says; each way of going wrong has a share of its own, and the rest is right."""
    draw = chance.uniform("answer.says", sent.index)
    wrong = take(_WRONG, sent.model) + now.wrong + sent.bold * now.bold_wrong + sent.newer * now.snapshot_wrong
    found: Numbers = RIGHT
    # From the top of [0, 1) downwards, so that a larger share never moves another one's draws.
    found = where(draw < wrong, WRONG, where(sent.stale, STALE, found))
    top = 1.0
    if not nowhere(draw >= top - 2 * (now.refusal + now.broken + now.foreign)):  # twice: never mind the last bit
        for share, word in ((now.refusal, REFUSED), (now.broken, BROKEN), (now.foreign, FOREIGN)):
            found = where((draw >= top - share) & (draw < top), word, found)
            top = top - share
    # A fence is put around any answer alike: asking again must not make the answers that get through worse.
    found = where(chance.uniform("answer.fence", sent.index) < now.fenced, FENCED, found)
    found = where(sent.tools == 0, TOOL, found)
    if nowhere(sent.tools > 0):
        return found
    again = (sent.tools > 0) & (chance.uniform("tool.again", sent.index) < now.tool_loop)
    return where(again, TOOL, found)


def _cached(chance: Chance, sent: Sending, now: Behaviour) -> Numbers:
    """Return how many input tokens the provider's cache held.

    Caches of 2026 keep prefixes of 1,024 tokens or more, in steps of 128; an industry report has them at work in 28 %
    of the calls that could use them.
    """
    hit = (chance.uniform("cache", sent.index) < now.cache) & (sent.input_tokens >= CACHE_MINIMUM)
    if nowhere(hit):
        return 0
    share = 0.6 + 0.35 * chance.uniform("cache.share", sent.index)
    return where(hit, whole(sent.input_tokens * share / CACHE_STEP) * CACHE_STEP, 0)


def _output(chance: Chance, index: Numbers, says: Numbers, now: Behaviour, limit: Numbers) -> tuple[Numbers, Numbers]:
    draw = chance.uniform("output.length", index)
    free = _FREE_TOKENS * lognormal(_FREE_SIGMA).at(draw)
    spike = _SPIKE_TOKENS * lognormal(_SPIKE_SIGMA).at(draw)
    long = where(chance.uniform("output.kind", index) < _SPIKE_SHARE, spike, free) * now.output
    found = larger(whole(long), SHORTEST)
    found = where(says == REFUSED, 34 + whole(20 * draw), where(says == TOOL, TOOL_TOKENS, found))
    cut = (chance.uniform("answer.cut", index) < now.length_cut) & (says != TOOL)
    if not nowhere(cut):
        part = larger(whole(found * (0.3 + 0.5 * chance.uniform("answer.cut at", index))), 12)
        found = where(cut, part, found)
    over = found > limit
    return where(over, limit, found), cut | over


def _first_token_spread(model: Numbers, draw: Numbers) -> Numbers:
    """Return by what factor the time to the first token differs from its model's median."""
    if type(model) is int:
        return lognormal(TIERS[model].first_token_sigma).at(draw)
    found: Numbers = 0.0
    for sigma in sorted(set(_FIRST_SIGMA)):
        found = where(take(_FIRST_SIGMA, model) == sigma, lognormal(sigma).at(draw), found)
    return found


def _first_token_ns(chance: Chance, sent: Sending, cached: Numbers, now: Behaviour) -> Numbers:
    draw = chance.uniform("first.token", sent.index)
    spread = _first_token_spread(sent.model, draw)
    queued = where(chance.uniform("first.queue", sent.index) < _QUEUED_SHARE, _QUEUED, 1.0)
    seconds = take(_FIRST_S, sent.model) * spread * queued + take(_PROMPT_S, sent.model) * (sent.input_tokens - cached)
    return whole(seconds * now.first_token * NS)


def _token_ns(chance: Chance, sent: Sending, now: Behaviour) -> Numbers:
    factor = lognormal(0.25).at(chance.uniform("token.pace", sent.index))
    return whole(take(_TOKEN_S, sent.model) * factor * now.per_token * NS)


def retrieval_ns(chance: Chance, index: Numbers) -> tuple[Numbers, Numbers]:
    """Return how long the search and the rerank of a request take, in nanoseconds (medians 45 and 30 ms; our own)."""
    search = whole(0.045 * lognormal(0.35).at(chance.uniform("step.search", index)) * NS)
    return search, whole(0.030 * lognormal(0.30).at(chance.uniform("step.rerank", index)) * NS)


def lookup_ns(chance: Chance, index: Numbers) -> Numbers:
    """Return how long one order look-up takes, in nanoseconds (median 60 ms; our own)."""
    return whole(0.060 * lognormal(0.30).at(chance.uniform("step.lookup", index)) * NS)
