"""The program that is graded: started with the addresses in its environment, or by somebody elsewhere."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType

from grader.ran import RunError

_API_KEY = "unused"


def variables(server: str, receiver: str) -> dict[str, str]:
    """Return the environment variables by which a program finds both."""
    return {
        "OPENAI_BASE_URL": f"{server}/v1",
        "OPENAI_API_KEY": _API_KEY,
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    }


class Program:
    """A command as a context manager; what it started and still runs when the block ends is ended with it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Choose the command; without one there is nothing to start."""
        self._command, self._environment = list(command), {**os.environ, **environment}
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Program:
        """Start it, with the judge's standard output and error as its own standard error.

        Raises:
            RunError: if it cannot be started.
        """
        if self._command:
            try:
                # Standard output belongs to the report: `--json -` must stay readable.
                self._running = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=sys.__stderr__,
                    env=self._environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise RunError(f"The program {self._command[0]} could not be started: {error.strerror}.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End its group."""
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it may be gone already
                os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()

    @property
    def given(self) -> bool:
        """Whether there is a command at all."""
        return bool(self._command)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None if it has not, or is not ours."""
        return self._running.poll() if self._running else None


def ended_how(code: int) -> str:
    """Say an exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"
