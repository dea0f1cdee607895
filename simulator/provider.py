"""The fake LLM: one attempt in, what a provider would send out. A pure function of seed, attempt number and request.

A reply is plain data (it crosses a pipe when graded): `status`, `headers`, `latency_s` and `body`, or `chunks` as pairs
of (seconds since the chunk before, chunk). Status None means that nothing came before the client's timeout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.chance import Chance
from simulator.models import CONTEXT_TOKENS, Model, count_tokens, find_model
from simulator.refusals import find_fault
from simulator.scenario import Scenario
from simulator.traffic import NS, Asked, moment_in

Reply = dict[str, Any]

# A sentence for calls that belong to no customer request: somebody trying the client out.
_TRIAL_ANSWER = "This is the support bot of Tarn & Trail. Ask me about gear, orders or returns."
_ERROR_LATENCY_S = {"rate_limit_exceeded": 0.12, "server_error": 0.9}


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt as it reaches the provider. `body` is the JSON of the API call; `timeout_s` the client's patience."""

    index: int
    at_ns: int
    body: Mapping[str, Any]
    timeout_s: float
    asked: Asked | None


class Provider:
    """The fake LLM of one scenario and seed."""

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        """Draw when each alias moves to its newer snapshot."""
        self._scenario, self._chance = scenario, chance
        self._moves_ns = {
            alias: moment_in(chance, f"alias.{alias}", stretch, scenario)
            for alias, stretch in scenario.alias_moves.items()
        }

    def reply(self, sent: Sent) -> Reply:
        """Answer one attempt; nothing that would come after the client's timeout arrives."""
        reply = self._decide(sent)
        first_s = reply["chunks"][0][0] if "chunks" in reply else reply["latency_s"]
        return {"status": None, "latency_s": sent.timeout_s} if first_s > sent.timeout_s else reply

    def _decide(self, sent: Sent) -> Reply:
        fault = find_fault(sent.body)
        if fault is not None:
            status, code, message = fault
            return self._error(sent, status, code, "invalid_request_error", message)
        found = find_model(sent.body["model"])
        if found is None:
            message = f"The model {sent.body['model']!r} does not exist."
            return self._error(sent, 404, "model_not_found", "invalid_request_error", message)
        input_tokens = _count_input(sent.body["messages"])
        if input_tokens > CONTEXT_TOKENS:
            message = f"The longest input is {CONTEXT_TOKENS} tokens; yours has {input_tokens}."
            return self._error(sent, 400, "context_length_exceeded", "invalid_request_error", message)
        failure = self._failure(sent)
        if failure is not None:
            return failure
        model, snapshot = found
        return self._answer(sent, model, snapshot or self._snapshot(model, sent.at_ns), input_tokens)

    def _snapshot(self, model: Model, at_ns: int) -> str:
        moved = at_ns >= self._moves_ns.get(model.alias, at_ns + 1)
        return model.snapshots[-1 if moved else 0]

    def _failure(self, sent: Sent) -> Reply | None:
        if sent.asked is None:
            return None
        draw = self._chance.uniform("attempt.fate", sent.index)
        if draw < self._scenario.timeout:
            return {"status": None, "latency_s": math.inf}
        draw -= self._scenario.timeout
        if draw < self._scenario.rate_limited:
            return self._error(sent, 429, "rate_limit_exceeded", "requests", "Rate limit reached. Try again in 1 s.")
        if draw < self._scenario.rate_limited + self._scenario.server_error:
            return self._error(sent, 503, "server_error", "server_error", "The server is overloaded.")
        return None

    def _error(self, sent: Sent, status: int, code: str, kind: str, message: str) -> Reply:
        headers = {"x-request-id": f"req_{self._chance.bits('request id', sent.index):016x}"}
        if status == 429:
            headers["retry-after"] = "1"
        latency_s = _ERROR_LATENCY_S.get(code, 0.05) * self._chance.lognormal("error.latency", sent.index, 0.0, 0.3)
        body = {"error": {"message": message, "type": kind, "code": code, "param": None}}
        return {"status": status, "headers": headers, "latency_s": latency_s, "body": body}

    def _answer(self, sent: Sent, model: Model, snapshot: str, input_tokens: int) -> Reply:
        chance, index = self._chance, sent.index
        text, finish_reason = self._text(sent)
        output_tokens = count_tokens(text)
        first_token_s = chance.lognormal("ttft", index, model.first_token_mu, model.first_token_sigma)
        first_token_s += model.prompt_token_s * input_tokens
        token_s = model.token_s * chance.lognormal("tpot", index, 0.0, 0.25)
        usage = {
            "prompt_tokens": input_tokens,
            "completion_tokens": output_tokens,
            "total_tokens": input_tokens + output_tokens,
            "prompt_tokens_details": {"cached_tokens": 0},
        }
        head = {
            "id": f"chatcmpl-{chance.bits('response id', index):016x}",
            "created": sent.at_ns // NS,
            "model": snapshot,
        }
        headers = {"x-request-id": f"req_{chance.bits('request id', index):016x}"}
        latency_s = first_token_s + token_s * (output_tokens - 1)
        if sent.body.get("stream"):
            options = sent.body.get("stream_options") or {}
            chunks = _chunks(head, text, finish_reason, usage if options.get("include_usage") else None)
            # What follows the last token comes with it: streamed or not, an answer takes equally long.
            delays = [first_token_s] + [token_s] * (output_tokens - 1) + [0.0] * (len(chunks) - output_tokens)
            return {"status": 200, "headers": headers, "usage": usage, "chunks": list(zip(delays, chunks, strict=True))}
        message = {"role": "assistant", "content": text}
        body = head | {
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
            "usage": usage,
        }
        return {"status": 200, "headers": headers, "latency_s": latency_s, "body": body}

    def _text(self, sent: Sent) -> tuple[str, str]:
        if sent.asked is None:
            text, cut = _TRIAL_ANSWER, False
        else:
            text = sent.asked.answer
            cut = self._chance.uniform("answer.cut", sent.index) < self._scenario.length_cut
        limit = sent.body.get("max_tokens") or sent.body.get("max_completion_tokens")
        if cut:
            text = text[: int(len(text) * (0.3 + 0.5 * self._chance.uniform("answer.cut at", sent.index)))]
        if limit and count_tokens(text) > limit:
            text, cut = text[: 4 * limit], True
        return text, "length" if cut else "stop"


def _count_input(messages: Sequence[Mapping[str, Any]]) -> int:
    return 3 + sum([4 + count_tokens(_text_of(message.get("content"))) for message in messages])


def _text_of(content: Any) -> str:
    """Return the text of a message's content: a text, a list of parts, or nothing."""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text") or "") for part in content or ())


def _chunks(
    head: Mapping[str, Any], text: str, finish_reason: str, usage: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Cut an answer into chunks of one token, a last one with the finish reason, and usage if it was asked for."""

    def chunk(delta: dict[str, Any], reason: str | None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return dict(head) | {"object": "chat.completion.chunk", "choices": [choice], "usage": None}

    pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
    chunks = [
        chunk({"content": piece} | ({"role": "assistant"} if not n else {}), None) for n, piece in enumerate(pieces)
    ]
    chunks.append(chunk({}, finish_reason))
    if usage is not None:
        chunks.append(dict(head) | {"object": "chat.completion.chunk", "choices": [], "usage": usage})
    return chunks
