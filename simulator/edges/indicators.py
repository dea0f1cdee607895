"""Indicators of a stretch of simulated calls: what an incident's `moves` names, and what a board would show.

Each is one number with a unit, computed from the arrays of `simulator.edges.rows` over all calls that it is given.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.answering import (
    ANSWERED,
    BROKEN,
    CUT,
    FENCED,
    FOREIGN,
    RATE_LIMITED,
    REFUSED,
    SERVER_ERROR,
    STALE,
    TIMED_OUT,
    TOOL,
    WRONG,
)
from simulator.edges.rows import Array, Columns

NS = 1_000_000_000
Indicator = Callable[[Columns, float], float]


def _requests(rows: Columns) -> int:
    return int(rows["final"].sum())


def _answers(rows: Columns) -> Array:
    """Tell which rows are answers: answered, and no call of a tool."""
    found: Array = (rows["fate"] == ANSWERED) & (rows["says"] != TOOL)
    return found


def _tool_calls(rows: Columns) -> Array:
    found: Array = (rows["fate"] == ANSWERED) & (rows["says"] == TOOL)
    return found


def _cached(rows: Columns, hours: float) -> float:
    answered = rows["fate"] == ANSWERED
    return float(rows["cached_tokens"][answered].sum() / rows["input_tokens"][answered].sum())


def _paid(rows: Columns) -> float:
    sent = (rows["fate"] == ANSWERED) | (rows["fate"] == CUT)
    return float(rows["cost_usd"][sent & (rows["cost_usd"] >= 0)].sum())


def _share_of_attempts(fate: int) -> Indicator:
    return lambda rows, hours: float((rows["fate"] == fate).mean())


def _share_of_final_answers(says: int) -> Indicator:
    return lambda rows, hours: float((rows["says"][_answers(rows) & rows["final"]] == says).mean())


def _of_answers(column: str, figure: Callable[[Array], float]) -> Indicator:
    return lambda rows, hours: float(figure(rows[column][_answers(rows) & rows["final"]]))


def _p(percent: float, scale: float = 1.0) -> Callable[[Array], float]:
    return lambda column: float(np.percentile(column, percent)) / scale


def _request_seconds(rows: Columns) -> Array:
    """Return how long each request took, from its arrival to the end of its last attempt, in seconds."""
    last = rows["final"]
    seconds: Array = (rows["sent_ns"][last] + rows["latency_ns"][last] - rows["at_ns"][last]) / NS
    return seconds


def _good(rows: Columns, hours: float) -> float:
    return float((rows["usable"] & rows["final"]).sum()) / _requests(rows)


def _mean_of_requests(column: str) -> Indicator:
    return lambda rows, hours: float(rows[column][rows["final"]].mean())


def _ratio(rows: Columns, hours: float) -> float:
    answers = _answers(rows) & rows["final"]
    return float(rows["output_tokens"][answers].sum() / rows["input_tokens"][answers].sum())


INDICATORS: dict[str, Indicator] = {
    "requests_per_hour": lambda rows, hours: _requests(rows) / hours,
    "attempts_per_request": lambda rows, hours: len(rows["final"]) / _requests(rows),
    "tool_calls_per_request": lambda rows, hours: float(_tool_calls(rows).sum()) / _requests(rows),
    "error_ratio": lambda rows, hours: float((rows["fate"] != ANSWERED).mean()),
    "rate_limited_ratio": _share_of_attempts(RATE_LIMITED),
    "server_error_ratio": _share_of_attempts(SERVER_ERROR),
    "timeout_ratio": _share_of_attempts(TIMED_OUT),
    "cut_stream_ratio": _share_of_attempts(CUT),
    "failed_request_ratio": lambda rows, hours: float((rows["fate"][rows["final"]] != ANSWERED).mean()),
    "latency_p95_s": lambda rows, hours: _p(95)(_request_seconds(rows)),
    "ttft_p50_s": _of_answers("first_token_ns", _p(50, NS)),
    "ttft_p95_s": _of_answers("first_token_ns", _p(95, NS)),
    "token_s_p50": _of_answers("token_ns", _p(50, NS)),
    "input_tokens_mean": _of_answers("input_tokens", np.mean),
    "output_tokens_mean": _of_answers("output_tokens", np.mean),
    "output_input_ratio": _ratio,
    "question_tokens_mean": _mean_of_requests("question_tokens"),
    "cached_share": _cached,
    "cost_per_request_usd": lambda rows, hours: _paid(rows) / _requests(rows),
    "cost_per_hour_usd": lambda rows, hours: _paid(rows) / hours,
    "good_ratio": _good,
    "wrong_ratio": _share_of_final_answers(WRONG),
    "stale_ratio": _share_of_final_answers(STALE),
    "refusal_ratio": _share_of_final_answers(REFUSED),
    "broken_ratio": _share_of_final_answers(BROKEN),
    "foreign_ratio": _share_of_final_answers(FOREIGN),
    "unparsable_ratio": lambda rows, hours: float((rows["says"][_answers(rows)] == FENCED).mean()),
    "judge_score_mean": _of_answers("judge_score", np.mean),
    "new_version_share": lambda rows, hours: float((rows["text"][rows["final"]] >= 2).mean()),
    "new_snapshot_share": lambda rows, hours: float(rows["newer"].mean()),
}
"""Every indicator: seconds end in _s, USD in _usd; ratios and shares are between 0 and 1."""


def indicators(rows: Columns, hours: float) -> dict[str, float]:
    """Return all indicators of these calls, which came in so many hours."""
    return {name: figure(rows, hours) for name, figure in INDICATORS.items()}


def harm_per_hour(unit: str, rows: Columns, usual: Columns) -> float:
    """Return what an hour of an incident costs at 1,000 requests an hour, against the same calls without it.

    Args:
        unit: "bad answers" (requests without a usable answer), "failed requests", "USD" or "seconds waited".
        rows: the calls under the incident.
        usual: the same stretch of the same seed without it.
    """
    figures: dict[str, Callable[[Columns], float]] = {
        "bad answers": lambda found: 1 - _good(found, 1),
        "failed requests": lambda found: INDICATORS["failed_request_ratio"](found, 1),
        "USD": lambda found: _paid(found) / _requests(found),
        "seconds waited": lambda found: float(_request_seconds(found).mean()),
        "none": lambda found: 0.0,
    }
    return 1000 * (figures[unit](rows) - figures[unit](usual))
