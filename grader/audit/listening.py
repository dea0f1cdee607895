"""Listens for OTLP until somebody stops it, or enough has come."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import IO

from grader.audit.calls import read_calls
from grader.otlp.receiver import Receiver
from grader.telemetry import Telemetry, read_lines

_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Until:
    """When to stop listening; None: not for this reason. Times in seconds."""

    seconds: float | None = None
    calls: int | None = None
    quiet_s: float | None = None


def listen(port: int, until: Until, told: IO[str]) -> Telemetry:
    """Listen, and return what came, also when Ctrl-C ends it.

    Raises:
        ReceiverError: if the port cannot be listened on.
    """
    with Receiver(port) as receiver:
        try:  # from here on: who has read the address may press Ctrl-C before the line is out
            print(f"Listening for OTLP over HTTP. Set this for your application, and let it make calls:\n\n"
                  f"  OTEL_EXPORTER_OTLP_ENDPOINT={receiver.address}\n"
                  f"  OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n\n"
                  f"Ctrl-C ends and reports.", file=told, flush=True)  # fmt: skip
            _wait(receiver, until, told)
        except KeyboardInterrupt:
            print(file=told)
        for reason, times in receiver.arrived.refused.items():
            print(f"{times} requests were refused. {reason}.", file=told)
        return read_lines(receiver.lines())


def _wait(receiver: Receiver, until: Until, told: IO[str]) -> None:
    began_s, seen, calls, shown = time.monotonic(), 0, 0, ""
    while until.seconds is None or time.monotonic() - began_s < until.seconds:
        lines = receiver.lines()[seen:]
        seen += len(lines)
        calls += sum(1 for _ in read_calls(read_lines(lines).spans)) if lines else 0
        state = f"{calls} calls to a model; {receiver.arrived}"
        if told.isatty() and state != shown:
            print(f"\r\x1b[K{state[:79]}", end="", file=told, flush=True)
            shown = state
        quiet_s = receiver.quiet_s()
        if until.calls is not None and calls >= until.calls:
            break
        if until.quiet_s is not None and quiet_s is not None and quiet_s >= until.quiet_s:
            break
        time.sleep(_LOOK_S)
    if shown:
        print(file=told)


def default_until(until: Until) -> Until:
    """Return when to stop where nobody can press Ctrl-C and nobody said when: after ten quiet seconds."""
    has_keyboard = sys.stdin is not None and sys.stdin.isatty()
    return Until(quiet_s=10.0) if until == Until() and not has_keyboard else until
