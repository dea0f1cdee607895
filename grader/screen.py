"""The screen of `--watch`: the last report, and one line below it that says what goes on."""

from __future__ import annotations

from contextlib import suppress
from typing import IO

from grader.terminal import clean

_COLUMNS = 79


class Screen:
    """Keeps a terminal's status line; in a log, each status is a line of its own."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._terminal = stream.isatty()

    def status(self, text: str) -> None:
        """Say what goes on; the report stays where it is."""
        text = clean(text)[:_COLUMNS]
        self._write(f"\r\x1b[2K{text}" if self._terminal else f"{text}\n")

    def clear(self) -> None:
        """Make room for the next report, at the moment it is there."""
        if self._terminal:
            self._write("\x1b[H\x1b[2J")

    def end(self) -> None:
        """Leave the prompt on a line of its own."""
        self._write("\nStopped watching.\n")

    def _write(self, text: str) -> None:
        with suppress(OSError):  # nobody reads any more; the exit code still says the verdict
            self._stream.write(text)
            self._stream.flush()
