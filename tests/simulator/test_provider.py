"""The fake LLM: what it refuses, how fast it answers, and that streaming changes nothing but the form."""

import math
import statistics
from typing import Any

import pytest

from simulator.answers import CHARACTERS_PER_TOKEN
from simulator.chance import Chance
from simulator.models import MODELS
from simulator.provider import NS, Provider, Reply, Sent, Truth
from simulator.scenario import load_scenario
from simulator.traffic import Traffic

SCENARIO = load_scenario("call_site")
TRAFFIC = Traffic(SCENARIO, Chance(1))
ASKED = next(TRAFFIC.requests())
MESSAGES = [{"role": "user", "content": "x" * 400}]
BODY: dict[str, Any] = {"model": "lumen-mid", "messages": MESSAGES}


def ask(
    index: int = 0, *, timeout_s: float = 1e9, at_ns: int = SCENARIO.start_ns, run: bool = True, **more: Any
) -> tuple[Reply, Truth | None]:
    sent = Sent(index, at_ns, BODY | more, timeout_s, ASKED if run else None)
    return Provider(SCENARIO, Chance(1)).reply(sent)


def reply(index: int = 0, **more: Any) -> Reply:
    return ask(index, **more)[0]


def test_the_same_attempt_gets_the_same_reply() -> None:
    assert [ask(index) for index in range(50)] == [ask(index) for index in range(50)]


def test_faults_come_in_the_scenarios_shares() -> None:
    provider, many = Provider(SCENARIO, Chance(1)), 20_000
    sent = (Sent(i, SCENARIO.start_ns + i * NS, BODY, 600.0, ASKED) for i in range(many))
    statuses = [provider.reply(one)[0]["status"] for one in sent]
    assert statuses.count(429) / many == pytest.approx(SCENARIO.base.rate_limited, abs=0.005)
    assert statuses.count(503) / many == pytest.approx(SCENARIO.base.server_error, abs=0.005)
    assert statuses.count(None) / many == pytest.approx(SCENARIO.base.timeout + SCENARIO.base.cut_stream, abs=0.004)


def test_a_call_outside_a_run_never_fails() -> None:
    assert {reply(index, run=False)["status"] for index in range(300)} == {200}


@pytest.mark.parametrize("alias", MODELS)
def test_first_tokens_come_as_fast_as_the_model_says(alias: str) -> None:
    model = MODELS[alias]
    first_s = [reply(index, run=False, model=alias, stream=True)["chunks"][0][0] for index in range(2000)]
    logs = [math.log(s - 107 * model.prompt_token_s) for s in first_s]
    assert statistics.median(logs) == pytest.approx(math.log(model.first_token_s), abs=0.05)
    # One call in a hundred waits five times as long in a queue: that is no part of the lognormal.
    tenths = statistics.quantiles(logs, n=10)
    assert (tenths[8] - tenths[0]) / 2.563 == pytest.approx(model.first_token_sigma, abs=0.04)


def test_a_streamed_answer_is_the_same_answer_and_takes_as_long() -> None:
    for index in range(100):
        (whole, told), (streamed, same) = ask(index), ask(index, stream=True, stream_options={"include_usage": True})
        assert (whole["status"], told) == (streamed["status"], same)
        if whole["status"] != 200:
            continue
        chunks = [chunk for _, chunk in streamed["chunks"]]
        pieces = [choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"]]
        assert "".join(pieces) == whole["body"]["choices"][0]["message"]["content"]
        assert chunks[-1]["usage"] == streamed["usage"] == whole["body"]["usage"]
        assert chunks[-2]["choices"][0]["finish_reason"] == whole["body"]["choices"][0]["finish_reason"]
        assert sum(delay_s for delay_s, _ in streamed["chunks"]) == pytest.approx(whole["latency_s"])
        assert {chunk["id"] for chunk in chunks} == {whole["body"]["id"]}
        assert len(chunks) == whole["body"]["usage"]["completion_tokens"] + 2


def test_usage_is_streamed_only_when_asked_for() -> None:
    assert not any("usage" in chunk for _, chunk in reply(run=False, stream=True)["chunks"])


def test_an_alias_moves_once_to_its_newer_snapshot_and_a_snapshot_stays() -> None:
    pinned = MODELS["lumen-mid"].snapshots[0]
    provider, seen, still = Provider(SCENARIO, Chance(1)), [], set()
    support = [asked for asked in TRAFFIC.requests() if asked.model == "lumen-mid"]
    for asked in support:
        for name, index in (("lumen-mid", 2 * asked.index), (pinned, 2 * asked.index + 1)):
            got = provider.reply(Sent(index, asked.at_ns, BODY | {"model": name}, 1e9, asked))[0]
            if got["status"] == 200:
                moved = got["body"]["model"]
                seen += [(asked.at_ns, moved)] if name == "lumen-mid" else []
                still |= {moved} if name == pinned else set()
    assert still == {pinned}
    assert [moved for _, moved in seen] == sorted(moved for _, moved in seen)
    assert {moved for _, moved in seen} == set(MODELS["lumen-mid"].snapshots)
    first_ns = next(at_ns for at_ns, moved in seen if moved != pinned)
    assert 0.35 <= (first_ns - SCENARIO.start_ns) / SCENARIO.length_ns <= 0.7


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_token_limit_cuts_the_answer(name: str) -> None:
    body = reply(run=False, **{name: 5})["body"]
    assert body["usage"]["completion_tokens"] == 5
    assert 0 < len(body["choices"][0]["message"]["content"]) <= 5 * CHARACTERS_PER_TOKEN
    assert body["choices"][0]["finish_reason"] == "length"


def test_nothing_arrives_after_the_clients_timeout() -> None:
    for index in range(300):
        for timeout_s in (0.0, 0.05, 0.5):
            for stream in (False, True):
                got = reply(index, timeout_s=timeout_s, stream=stream)
                first_s = got["chunks"][0][0] if "chunks" in got else got["latency_s"]
                assert first_s <= timeout_s
                assert got["status"] is not None or got["latency_s"] == timeout_s


def test_a_stream_may_go_on_after_the_timeout_once_it_began() -> None:
    first_s = reply(run=False, stream=True)["chunks"][0][0]
    assert reply(run=False, stream=True, timeout_s=first_s)["status"] == 200
    assert reply(run=False, timeout_s=first_s)["status"] is None


def test_a_refused_call_says_how_long_to_wait_and_who_refused() -> None:
    refused = next(got for index in range(100) if (got := reply(index))["status"] == 429)
    assert refused["headers"]["retry-after"] == "1"
    assert refused["headers"]["x-request-id"].startswith("req_")
    assert refused["body"]["error"]["code"] == "rate_limit_exceeded"


PARTS = [{"type": "text", "text": "x" * 200}, {"type": "text", "text": "x" * 200}]


@pytest.mark.parametrize("content", ["x" * 400, PARTS])
def test_tokens_are_counted_in_texts_and_in_parts(content: Any) -> None:
    body = reply(run=False, messages=[{"role": "user", "content": content}])["body"]
    assert body["usage"]["prompt_tokens"] == 100 + 4 + 3
