"""The fake LLM: one attempt in, what a provider would send out.

A pure function of seed, attempt number and request, but for the rate limit, which remembers what was used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator import answering, asking, prices, replies, shop
from simulator.answering import ANSWERED, CUT, RATE_LIMITED, SERVER_ERROR, TIMED_OUT, TOOL, Outcome, Sending
from simulator.answers import answer_text, in_plain_words, trial_text, understand
from simulator.behaviour import Behaviour
from simulator.bodies import chosen_function, count_input, text_of, tool_results, wants_json
from simulator.bucket import Bucket, cost_ns
from simulator.chance import Chance
from simulator.judging import score
from simulator.models import ALIASES, CONTEXT_TOKENS, Model, find_model
from simulator.prompts import BOLD
from simulator.refusals import Refused, find_refusal, quoted
from simulator.replies import NS, Reply
from simulator.scenario import Scenario
from simulator.traffic import Asked

__all__ = ["NS", "Provider", "Reply", "Sent", "Truth"]

OUTSIDE = Behaviour(
    refusal=0.0, broken=0.0, fenced=0.0, foreign=0.0, length_cut=0.0,
    rate_limited=0.0, server_error=0.0, timeout=0.0, cut_stream=0.0,
)  # fmt: skip
"""Somebody who tries the client out meets no fault, unless an incident was switched on."""

_FAULTS = {
    RATE_LIMITED: (429, "rate_limit_exceeded", "requests"),
    SERVER_ERROR: (503, "server_error", "server_error"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt as it reaches the provider. `body` is the JSON of the API call; `timeout_s` the client's patience.

    `now` is the behaviour for a call that belongs to no request.
    """

    index: int
    at_ns: int
    body: Mapping[str, Any]
    timeout_s: float
    asked: Asked | None
    now: Behaviour = OUTSIDE


@dataclass(frozen=True, slots=True)
class Truth:
    """What an answered attempt really was: for the ledger and the judge.

    `cost_usd` is None if there is no price; `now` is the behaviour at the time.
    """

    usable: bool
    defect: str | None
    tool_call: bool
    cost_usd: float | None
    judge_score: float
    now: Behaviour


class Provider:
    """The fake LLM of one scenario and seed."""

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        """Start with an empty bucket."""
        self._scenario, self._chance, self._bucket = scenario, chance, Bucket()

    def reply(self, sent: Sent) -> tuple[Reply, Truth | None]:
        """Answer one attempt, and say what is true of the answer; nothing arrives after the client's timeout."""
        refused = find_refusal(sent.body)
        if refused is not None:
            return self._refuse(sent, refused), None
        found = find_model(sent.body["model"])
        if found is None:
            message = f"The model {quoted(sent.body['model'])} does not exist."
            return self._refuse(sent, Refused("model_not_found", message, "model", 404)), None
        input_tokens = count_input(sent.body["messages"])
        if input_tokens > CONTEXT_TOKENS:
            message = f"The longest input is {CONTEXT_TOKENS} tokens; yours has {input_tokens}."
            return self._refuse(sent, Refused("context_length_exceeded", message, "messages")), None
        now = sent.asked.now if sent.asked else sent.now
        wait_ns = self._wait_ns(sent, input_tokens, now)
        if wait_ns:
            return self._fail(sent, RATE_LIMITED, -(-wait_ns // NS)), None
        return self._decide(sent, *found, input_tokens, now)

    def _wait_ns(self, sent: Sent, input_tokens: int, now: Behaviour) -> int:
        if sent.asked is None and now.limit >= 1:
            return 0
        cost = cost_ns(input_tokens, self._scenario.tokens_per_minute * now.limit)
        return self._bucket.wait_ns(sent.at_ns, cost, sent.asked.at_ns if sent.asked else sent.at_ns)

    def _refuse(self, sent: Sent, why: Refused) -> Reply:
        latency_s = answering.error_ns(self._chance, sent.index, RATE_LIMITED) / NS / 2
        fault = (why.status, why.code, "invalid_request_error", why.message)
        return self._within(sent, replies.error(self._id("req_", sent), latency_s, fault, param=why.param))

    def _fail(self, sent: Sent, how: int, retry_after_s: int = 0) -> Reply:
        latency_s = answering.error_ns(self._chance, sent.index, how) / NS
        status, code, kind = _FAULTS[how]
        message = "The server is overloaded."
        if how == RATE_LIMITED:
            retry_after_s = retry_after_s or 1
            message = f"Rate limit reached. Try again in {retry_after_s} s."
        error = replies.error(self._id("req_", sent), latency_s, (status, code, kind, message), retry_after_s)
        return self._within(sent, error)

    def _within(self, sent: Sent, reply: Reply) -> Reply:
        late = reply["latency_s"] > sent.timeout_s
        return {"status": None, "latency_s": sent.timeout_s} if late else reply

    def _id(self, prefix: str, sent: Sent) -> str:
        return f"{prefix}{self._chance.bits(prefix, sent.index):016x}"

    def _decide(
        self, sent: Sent, model: Model, named: str | None, input_tokens: int, now: Behaviour
    ) -> tuple[Reply, Truth | None]:
        asked, chance, number = sent.asked, self._chance, ALIASES.index(model.alias)
        topic, order = self._about(sent)
        swapped = named is None and now.new_snapshot > 0 and len(model.snapshots) > 1 and newer(chance, sent.index, now)
        snapshot = named or model.snapshots[-1 if swapped else 0]
        about_order = asked.origin.prompt == asking.ORDER_PROMPT if asked else order is not None
        sending = Sending(
            index=sent.index,
            at_ns=asked.at_ns if asked else sent.at_ns,
            model=number,
            input_tokens=input_tokens,
            bold=asked is not None and asked.found.text == BOLD,
            stale=asked is not None and bool(asked.found.stale) and topic is not None and not topic.of_order,
            newer=swapped,
            tools=tool_results(sent.body) if about_order else -1,
        )
        limit = sent.body.get("max_completion_tokens") or sent.body.get("max_tokens") or 1 << 40
        out = answering.outcome(
            chance, sending, now, self._scenario.clustering if asked else 0.0, sent.timeout_s, limit
        )
        if not (asked is not None or wants_json(sent.body)):
            out = in_plain_words(out, topic, limit)
        streamed = bool(sent.body.get("stream"))
        if not streamed and out.fate in (ANSWERED, CUT) and out.latency_ns > sent.timeout_s * NS:
            out = replace(out, fate=TIMED_OUT)
        if out.fate == TIMED_OUT or (out.fate == CUT and not streamed):
            gone = {"status": None, "latency_s": sent.timeout_s if out.fate == TIMED_OUT else out.latency_ns / NS}
            return (gone if out.fate == TIMED_OUT else gone | {"cut": True}), None
        if out.fate in _FAULTS:
            return self._fail(sent, out.fate), None
        order = order or shop.order(chance, 10_000)
        return self._answer(sent, snapshot, out, (topic, order)), self._truth(sent, number, out, now)

    def _about(self, sent: Sent) -> tuple[shop.Question | None, shop.Order | None]:
        if sent.asked is not None:
            return sent.asked.topic, sent.asked.order
        text = next((text_of(m.get("content")) for m in reversed(sent.body["messages"]) if m["role"] == "user"), "")
        topic, number = understand(text)
        return topic, shop.order(self._chance, number) if number else None

    def _truth(self, sent: Sent, number: int, out: Outcome, now: Behaviour) -> Truth:
        tokens = (out.input_tokens, out.cached_tokens, out.output_tokens)
        cost = prices.cost_usd(number, sent.at_ns, tokens)
        usable = bool(out.usable)
        defect = answering.DEFECTS[out.says] or ("cut" if out.stopped else None)
        judged = score(self._chance, sent.index, usable, tokens[2], now)
        return Truth(usable, defect, out.says == TOOL, None if cost < 0 else cost, judged, now)

    def _answer(self, sent: Sent, snapshot: str, out: Outcome, about: tuple[shop.Question | None, shop.Order]) -> Reply:
        used = replies.usage(out.input_tokens, out.cached_tokens, out.output_tokens)
        head = {"id": self._id("chatcmpl-", sent), "created": sent.at_ns // NS, "model": snapshot}
        content = self._content(sent, out, about)
        reason = "length" if out.stopped else "tool_calls" if out.says == TOOL else "stop"
        reply: Reply = {"status": 200, "headers": {"x-request-id": self._id("req_", sent)}}
        if not sent.body.get("stream"):
            return reply | {"latency_s": out.latency_ns / NS, "body": replies.completion(head, content, reason, used)}
        wanted = (sent.body.get("stream_options") or {}).get("include_usage")
        broken = out.fate == CUT
        if broken:
            content = replies.broken_off(content)
        times = (out.output_tokens, out.first_token_ns, out.token_ns)
        chunks = replies.chunks(head, content, None if broken else reason, times, used if wanted else None)
        return reply | {"usage": used, "chunks": chunks} | ({"cut": True} if broken else {})

    def _content(
        self, sent: Sent, out: Outcome, about: tuple[shop.Question | None, shop.Order]
    ) -> str | dict[str, Any]:
        topic, order = about
        if out.says == TOOL:
            function = chosen_function(sent.body)
            arguments = replies.order_arguments(function, order.id)
            return replies.tool_call(self._id("call_", sent), str(function["name"]), arguments)
        form = sent.asked is not None or wants_json(sent.body)
        if topic is None and not form:
            return trial_text(out)
        return answer_text(self._chance, sent.index, topic, order, out, form=form)


def newer(chance: Chance, index: int, now: Behaviour) -> bool:
    """Tell whether an alias sends this attempt to its newer snapshot."""
    moved: bool = chance.uniform("snapshot", index) < now.new_snapshot
    return moved
