"""The file of a run: a text stream for OpenTelemetry's exporters that can start over."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TextIO


class TelemetryFileError(OSError):
    """The run's file cannot be written: says which, why, and what to do."""


class RunFile(io.TextIOBase):
    """A text file that is opened when the first line comes, and emptied whenever a run begins."""

    def __init__(self, path: Path) -> None:
        """Write to `path`; its folder is made when needed."""
        self.path = path
        self._file: TextIO | None = None
        self._kept = False

    def move_to(self, path: Path) -> None:
        """Write to another file; the first line replaces what that one holds."""
        if path != self.path:
            self._close()
            self.path, self._kept = path, False

    def restart(self) -> None:
        """Empty the file.

        Raises:
            TelemetryFileError: if that cannot be done.
        """
        self._close()
        self._kept = False
        self._opened()

    def write(self, text: str) -> int:
        """Append text."""
        return (self._file or self._opened()).write(text)

    def flush(self) -> None:
        """Hand the text to the operating system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Close the file under this stream as well."""
        self._close()
        super().close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> TextIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a" if self._kept else "w", encoding="utf-8")
        except OSError as error:
            raise TelemetryFileError(
                f"Cannot write {self.path}: {error.strerror}. Make its folder writable, or open the notebook elsewhere."
            ) from error
        self._kept = True
        return self._file
