"""Many clients at once: nobody waits for another, nothing fails, memory stays flat, the client is the slower one."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.bench.server_load import rates
from tests.real.server import Serving, serving

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "How long do I have to return a tent?"}]
CONNECTIONS = 256


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--no-wait") as found:
        yield found


async def at_once(server: Serving, stream: bool, rounds: int) -> list[int]:
    """Tokens of each answer of 256 clients that ask at the same time, `rounds` times each."""
    async with openai.AsyncOpenAI(api_key="none", base_url=server.base_url, max_retries=0, timeout=60) as client:

        async def ask() -> int:
            if not stream:
                answer = await client.chat.completions.create(model="lumen-mid", messages=MESSAGES, max_tokens=30)
                return answer.usage.completion_tokens if answer.usage else 0
            chunks = await client.chat.completions.create(
                model="lumen-small", messages=MESSAGES, max_tokens=30, stream=True
            )
            return len([chunk async for chunk in chunks if chunk.choices and chunk.choices[0].delta.content])

        async def ask_on() -> list[int]:
            return [await ask() for _ in range(rounds)]

        found = await asyncio.gather(*(ask_on() for _ in range(CONNECTIONS)))
        return [tokens for one in found for tokens in one]


@pytest.mark.parametrize("stream", [False, True])
def test_256_clients_are_all_answered_and_use_more_cpu_than_the_server(server: Serving, stream: bool) -> None:
    own = psutil.Process().cpu_times()
    before_s = server.cpu_s
    tokens = asyncio.run(at_once(server, stream, rounds=4))
    now = psutil.Process().cpu_times()
    assert tokens == [30] * (4 * CONNECTIONS)
    client_s = now.user + now.system - own.user - own.system
    assert server.cpu_s - before_s < client_s


def test_256_streams_in_real_time_end_together(tmp_path: Path) -> None:
    with serving(tmp_path, "--speed", "2") as server:
        assert asyncio.run(at_once(server, stream=True, rounds=1)) == [30] * CONNECTIONS
        entries = server.ledger()
    assert {entry["chunks_read"] for entry in entries} == {31}
    late_s = [late(entry) for entry in entries]
    assert sorted(late_s)[len(late_s) // 2] < 1.0


def late(entry: dict[str, Any]) -> float:
    """Simulated seconds for 29 tokens after the first, beyond one second."""
    return float(entry["ended_at_ns"] - entry["first_chunk_at_ns"]) / 1e9 - 1.0


def test_memory_is_flat_over_12_000_requests_after_as_many(server: Serving) -> None:
    load(server, 12_000)  # by then all that is kept has its full size: the judge's last 10,000 verdicts
    before_mb = server.resident_mb
    load(server, 12_000)
    assert server.resident_mb - before_mb < 2


def load(server: Serving, requests: int) -> None:
    """At least so many requests, for a third of the time streamed."""
    done = 0.0
    while done < requests:
        done += 2 * rates(server.port, 2.0)[0] + rates(server.port, 1.0, stream=True)[0]
