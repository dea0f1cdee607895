"""The server: CPU beside the real `openai` client's, requests a second beside another fake server's, memory at load."""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import openai
import psutil
from openai.types.chat import ChatCompletionMessageParam

from tests.bench.measure import Row
from tests.bench.server_load import QUESTION, aimock, rates
from tests.real.server import Serving, serving

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
MINUTES = float(os.environ.get("SERVER_MINUTES", "0.5"))
"""How long memory is watched at load: `SERVER_MINUTES=10 make bench` for the full length."""

ROUNDS = 5


def rows() -> Iterator[Row]:
    """Measure all."""
    yield from _cpu()
    yield from _speed()
    yield _memory()


def _cpu() -> Iterator[Row]:
    for words, options, call, times in (
        ("JSON", (), _json, 300),
        ("streamed", (), _streamed, 40),
        ("streamed, one chunk per write", ("--chunk-writes",), _streamed, 40),
    ):
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(Path(folder), "--no-wait", *options) as server,
            openai.OpenAI(api_key="none", base_url=server.base_url, max_retries=0) as client,
        ):
            call(client)
            found = [_cpu_us(server, partial(call, client), times) for _ in range(ROUNDS)]
        ours, reference = (statistics.median(column) for column in zip(*found, strict=True))
        ratio = statistics.median(server_us / client_us for server_us, client_us in found)
        yield Row(f"serve: CPU for a call, {words}", ours, reference, "openai client's CPU", "µs", ratio, 1.0, goal=0.5)


def _json(client: openai.OpenAI) -> None:
    client.chat.completions.create(model="lumen-mid", messages=MESSAGES)


def _streamed(client: openai.OpenAI) -> None:
    for _ in client.chat.completions.create(model="lumen-mid", messages=MESSAGES, stream=True):
        pass


def _cpu_us(server: Serving, call: Callable[[], None], times: int) -> tuple[float, float]:
    """Microseconds of CPU of server and client for one call."""
    own, server_s = psutil.Process().cpu_times(), server.cpu_s
    for _ in range(times):
        call()
    now = psutil.Process().cpu_times()
    client_s = now.user + now.system - own.user - own.system
    return (server.cpu_s - server_s) / times * 1e6, client_s / times * 1e6


def _speed() -> Iterator[Row]:
    """For the record: theirs sends one fixed text, ours plays a provider with faults, tokens and a ledger."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), "--no-wait", "--chunk-writes") as server,
        aimock(Path(folder)) as other,
    ):
        taken = [
            (rates(port, 1.0), rates(port, 1.0, stream=True)) if port else ((0.0, 0.0), (0.0, 0.0))
            for _ in range(3)
            for port in (server.port, other)
        ]
    for words, ours, theirs in (
        ("JSON requests", [json[0] for json, _ in taken[::2]], [json[0] for json, _ in taken[1::2]]),
        ("stream chunks, one per write", [s[1] for _, s in taken[::2]], [s[1] for _, s in taken[1::2]]),
    ):
        mean, reference = statistics.median(ours), statistics.median(theirs)
        name = f"serve: {words} (for the record)"
        if other is None:
            yield Row(name, mean, None, "no npm here", "/s", mean, 0.0, at_least=True)
        else:
            yield Row(name, mean, reference, "@copilotkit/aimock", "/s", mean / reference, 0.0, at_least=True)


def _memory() -> Row:
    """Against its memory after a first stretch, in which everything is touched once."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), "--no-wait") as server:
        _load(server, 10.0)
        before_mb = server.resident_mb
        _load(server, MINUTES * 60)
        after_mb = server.resident_mb
    name = f"serve: memory after {MINUTES:g} min at load"
    return Row(name, after_mb, before_mb, "after 10 s", "MB", after_mb / before_mb, 1.05)


def _load(server: Serving, seconds: float) -> None:
    for stream in (False, True):
        rates(server.port, seconds / 2, stream=stream)
