"""What each chart shows, as a sentence with numbers: the chart's title."""

from __future__ import annotations

from labs.capstone.board import Board
from labs.capstone.words import moment, per_interval, percent, seconds


def calls_finding(board: Board) -> str:
    """Say how many calls failed and when most did."""
    whole = board.whole.summary
    every = per_interval(board.step_s)
    if not whole.failed:
        return f"None of {whole.calls:,} calls failed"
    worst = max(board.rows, key=lambda row: row.summary.failed)
    peak = f"most at {_at(worst.start_ns, board.step_s)}: {worst.summary.failed:,} of {worst.summary.calls:,}"
    return f"{whole.failed:,} of {whole.calls:,} calls failed ({percent(whole.failed_share or 0)}), {peak} ({every})"


def latency_finding(board: Board) -> str:
    """Say how long answers took and when they took longest."""
    p50_s, p95_s = board.whole.summary.latency_p50_s, board.whole.summary.latency_p95_s
    rows = [row for row in board.rows if row.summary.latency_p95_s is not None]
    if p50_s is None or p95_s is None or not rows:
        return "No call was answered, so there is no latency to show"
    worst = max(rows, key=lambda row: row.summary.latency_p95_s or 0)
    peak = f"highest p95 at {_at(worst.start_ns, board.step_s)}: {seconds(worst.summary.latency_p95_s or 0)}"
    return f"Answers took {seconds(p50_s)} (p50) and {seconds(p95_s)} (p95) over the run, {peak}"


def tokens_finding(board: Board) -> str:
    """Say how many tokens went in and came out."""
    whole = board.whole.summary
    if whole.input_tokens is None and whole.output_tokens is None:
        return "No call carries its tokens (gen_ai.usage.input_tokens, .output_tokens)"
    sides = [
        f"{total:,} tokens {way} ({mean:,.0f} a call)" if total is not None and mean is not None else f"no tokens {way}"
        for total, mean, way in (
            (whole.input_tokens, whole.input_tokens_per_call, "in"),
            (whole.output_tokens, whole.output_tokens_per_call, "out"),
        )
    ]
    return " and ".join(sides)


def _at(start_ns: int, step_s: int) -> str:
    return f"{moment(start_ns):%d %b}" if step_s >= 86_400 else f"{moment(start_ns):%H:%M}"
