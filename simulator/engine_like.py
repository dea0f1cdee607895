"""What the client and `serve` ask of an engine, wherever it runs.

Apart from the engine itself: a graded notebook's engine lives with the judge, and its own process starts without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from simulator.replies import Reply
    from simulator.scenario import Scenario

LONGEST_WAIT_S = 600.0
"""No client waits longer: ten minutes, the default of OpenAI's client."""


class EngineLike(Protocol):
    """What the client and `serve` ask of an engine; all arguments and answers are plain JSON types."""

    def begin(self, scenario: str | Scenario, seed: int | None) -> dict[str, Any]:
        """Start a run: a new ledger, and the traffic from its start."""

    def next_request(self) -> dict[str, Any] | None:
        """Return the next customer request, or None after the last."""

    def attempt(self, body: Mapping[str, Any], at_ns: int, timeout_s: float) -> Reply:
        """Answer one call to the model endpoint."""

    def step(self, step: str, subject: Any, at_ns: int) -> dict[str, Any]:
        """Do one step of the bot beside the model."""

    def close_stream(self, stream: int, at_ns: int, chunks_read: int) -> None:
        """Learn how far a stream's reader got."""

    def close_request(self, outcome: str) -> None:
        """Learn how the request under way ended."""
