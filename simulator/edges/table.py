"""One row per call, as a Parquet file: what `simulate run --table` writes.

The columns say what the ledger says of the same call of the reference bot, under the same names where there is one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulator import chance, shop
from simulator.answering import ANSWERED, CUT, DEFECTS, RATE_LIMITED, SERVER_ERROR, TIMED_OUT, TOOL
from simulator.chance import Chance
from simulator.edges.rows import Array, Columns, portions
from simulator.models import ALIASES, MODELS
from simulator.prompts import label
from simulator.scenario import Scenario
from simulator.traffic import Traffic, tenant_name

NS = 1_000_000_000
_STATUS = {ANSWERED: 200, RATE_LIMITED: 429, SERVER_ERROR: 503, CUT: 200, TIMED_OUT: 0}
_ERRORS = {
    ANSWERED: None,
    RATE_LIMITED: "rate_limit_exceeded",
    SERVER_ERROR: "server_error",
    TIMED_OUT: "timeout",
    CUT: "stream_cut",
}
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint8).reshape(256, 2)


class Namer:
    """Gives the numbers of one run's rows their names."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        """Take the run."""
        self._scenario, self._chance = scenario, Chance(seed)
        self._timeline = Traffic(scenario, self._chance).timeline

    def table(self, rows: Columns) -> pa.Table:
        """Return rows with their names: one row an attempt, in the order of requests and attempts."""
        fate, says = rows["fate"], rows["says"]
        answered = fate == ANSWERED
        sent = answered | (fate == CUT)
        judged = answered & (says != TOOL)
        uses = self._scenario.prompts
        return pa.table(
            {
                "request_id": _request_ids(rows["request"]),
                "number": pa.array(rows["number"].astype(np.int32)),
                "arrived_at_ns": pa.array(rows["at_ns"]),
                "sent_at_ns": pa.array(rows["sent_ns"]),
                "tenant": _named(rows["tenant"], self._tenants()),
                "prompt_name": _named(rows["use"], [use.name for use in uses]),
                "prompt_version": _named(
                    rows["use"] * 4 + rows["text"], [label(use.version, text) for use in uses for text in range(4)]
                ),
                "topic": _named(rows["question"], [shop.DOCUMENTS[q.document].name for q in shop.QUESTIONS]),
                "question_tokens": pa.array(rows["question_tokens"].astype(np.int32)),
                "stale": pa.array(rows["stale"]),
                "model": _named(rows["model"], ALIASES),
                "answered_by": _snapshots(rows, sent),
                "response_id": self._response_ids(rows["attempt"], sent),
                "status": _numbers(_looked_up(_STATUS, fate), fate != TIMED_OUT, np.int16),
                "error": _named(fate, [_ERRORS[number] for number in range(5)]),
                "finish_reason": _named(
                    np.where(says == TOOL, 2, rows["stopped"] * 1), ["stop", "length", "tool_calls"], answered
                ),
                "input_tokens": _numbers(rows["input_tokens"], sent, np.int32),
                "cached_tokens": _numbers(rows["cached_tokens"], sent, np.int32),
                "output_tokens": _numbers(rows["output_tokens"], sent, np.int32),
                "first_token_s": _numbers(rows["first_token_ns"] / NS, sent, np.float64),
                "latency_s": pa.array(rows["latency_ns"] / NS),
                "cost_usd": _numbers(rows["cost_usd"], sent & (rows["cost_usd"] >= 0), np.float64),
                "usable": _numbers(rows["usable"], judged, np.bool_),
                "defect": _named(np.where(rows["stopped"] & (says == 0), 8, says), [*DEFECTS, "cut"], judged),
                "judge_score": _numbers(rows["judge_score"], judged, np.float64),
                "final": pa.array(rows["final"]),
                "incident": self._incidents(rows["at_ns"]),
            }
        )

    def _tenants(self) -> list[str]:
        count = self._scenario.tenants + self._scenario.batch_tenants
        return [tenant_name(number, self._scenario) for number in range(count)]

    def _response_ids(self, attempt: Array, sent: Array) -> pa.Array:
        prefix = "chatcmpl-"
        bits = chance.bits(chance.stream_key(self._chance.seed, prefix), attempt)
        count, width = len(bits), len(prefix) + 16
        text = np.empty((count, width), dtype=np.uint8)
        text[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
        text[:, len(prefix) :] = _HEX[bits.astype(">u8").view(np.uint8).reshape(count, 8)].reshape(count, 16)
        offsets = np.arange(count + 1, dtype=np.int32) * width
        ids = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))
        return pc.if_else(pa.array(sent), ids, None)

    def _incidents(self, at_ns: Array) -> pa.Array:
        names = [window.incident.name for window in self._timeline]
        if not names:
            return _named(np.zeros(len(at_ns), np.int16), [None])
        mask = sum((window.covers(at_ns) << bit for bit, window in enumerate(self._timeline)), np.zeros(1, np.int64))
        every = [
            "+".join(itertools.compress(names, map(int, reversed(f"{n:0{len(names)}b}"))))
            for n in range(1 << len(names))
        ]
        return _named(mask, every, mask > 0)


def _looked_up(table: dict[int, int], number: Array) -> Array:
    return np.array([table[key] for key in sorted(table)])[number]


def _numbers(column: Array, there: Array, kind: Any) -> pa.Array:
    return pa.array(column.astype(kind), mask=~there)


def _named(number: Array, names: Sequence[str | None], there: Array | None = None) -> pa.Array:
    nameless = np.array([name is None for name in names])[number]
    codes = pa.array(number.astype(np.int16), mask=nameless if there is None else nameless | ~there)
    return pa.DictionaryArray.from_arrays(codes, pa.array([name or "" for name in names], pa.string()))


def _snapshots(rows: Columns, sent: Array) -> pa.Array:
    names = [MODELS[alias].snapshots[which] for alias in ALIASES for which in (0, -1)]
    return _named(rows["model"] * 2 + rows["newer"], names, sent)


def _request_ids(request: Array) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(request + 1).cast(pa.string()), width=4, padding="0")
    return pc.binary_join_element_wise("r-", digits, "")


def tables(scenario: Scenario, seed: int) -> Iterator[pa.Table]:
    """Yield the rows of a scenario under their names, portion by portion."""
    namer = Namer(scenario, seed)
    return map(namer.table, portions(scenario, seed))


def write_table(
    scenario: Scenario,
    seed: int,
    path: Path,
    *,
    requests: int | None = None,
    calls: int | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> int:
    """Write a scenario's calls to a Parquet file, and return how many rows it has.

    Args:
        scenario: what to play.
        seed: which traffic.
        path: the file.
        requests: stop after so many requests; None for all.
        calls: stop after the request that makes so many calls; None for all.
        done: is told how many requests are done, for a progress bar.
    """
    count = finished = 0
    writer: pq.ParquetWriter | None = None
    try:
        for rows in tables(scenario, seed):
            last = np.flatnonzero(rows["final"].to_numpy())
            if requests is not None:
                last = last[: requests - finished]
            if calls is not None:
                last = last[: np.searchsorted(last, calls - count - 1) + 1]
            writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd")
            writer.write_table(rows.slice(0, last[-1] + 1))
            count, finished = count + int(last[-1]) + 1, finished + len(last)
            done(finished)
            if finished == requests or (calls is not None and count >= calls):
                break
    finally:
        if writer is not None:
            writer.close()
    return count
