"""What counts as bad on the board: two limits, and how many failures it takes to say so.

They are a place to begin, not a law: a bot that customers wait for, and that retries what fails. Lesson 14 is about
choosing your own.
"""

from __future__ import annotations

FAILED_SHARE = 0.05
"""Failed calls of all calls, and requests without an answer of all requests, above which too many fail."""

LATENCY_P95_S = 4.0
"""Seconds; a p95 above it keeps customers waiting."""

FEWEST = 3
"""Fewer failed or slow calls than this are bad luck, not a finding."""
