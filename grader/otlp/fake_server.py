"""The fake LLM server of one grading: its own seed, its own ledger, told to the judge alone."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from grader.ran import RunError
from grader.truth import Ledger, read_entries

_START_S, _END_S = 30.0, 20.0
_COMMAND = ("-I", "-m", "simulator", "serve", "--judged", "--port", "0")


class FakeServer:
    """`simulate serve --judged` as a context manager: it serves inside its block, until its ledger is taken."""

    def __init__(self, scenario: str, seed: int) -> None:
        """Choose what it plays."""
        self._order = json.dumps({"scenario": scenario, "seed": seed}).encode() + b"\n"
        self._words: list[Mapping[str, Any]] = []
        self._serving, self._played = threading.Event(), threading.Event()
        self._damage = ""
        self.address = ""

    def __enter__(self) -> FakeServer:
        """Start it.

        Raises:
            RunError: if it does not start; says why.
        """
        # The seed goes over standard input: a command line and an environment can be read by others.
        self._server = subprocess.Popen(
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._server.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died at once, and said why
            self._server.stdin.write(self._order)
            self._server.stdin.flush()
        self._serving.wait(_START_S)
        if not self.address:
            why = self._end()
            self._close()
            raise RunError(f"The fake server did not start: {why or 'it said nothing'}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, and throw away a ledger that nobody has taken."""
        self._server.kill()
        self._close()

    def wait_played(self, seconds: float) -> bool:
        """Wait until the evening is over; tells whether it is."""
        return self._played.wait(seconds)

    @property
    def played(self) -> bool:
        """Whether the evening is over."""
        return self._played.is_set()

    def take_ledger(self) -> Ledger:
        """End the server, and take its ledger; the times of its attempts are what it measured.

        Raises:
            RunError: if it did not work.
        """
        why = self._end()
        try:
            if self._server.returncode != 0 or self._damage:
                raise RunError(f"The fake server did not work: {why or self._damage}")
            return read_entries(self._words)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(f"The fake server's ledger could not be read: {error}") from error

    def _read(self) -> None:
        assert self._server.stdout is not None
        try:
            for line in self._server.stdout:
                word = json.loads(line)
                self._words.append(word)
                if word["kind"] == "serving":
                    self.address = str(word["address"])
                    self._serving.set()
                elif word["kind"] == "played":
                    self._played.set()
        except (ValueError, KeyError, TypeError) as error:
            self._damage = str(error)
        finally:
            self._serving.set()

    def _end(self) -> str:
        """Close its standard input, which ends it; returns what it said on standard error."""
        assert self._server.stdin is not None and self._server.stderr is not None
        with contextlib.suppress(BrokenPipeError):
            self._server.stdin.close()
        try:
            self._server.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._server.kill()
        self._reader.join(_END_S)
        return self._server.stderr.read().decode(errors="replace").strip()[-300:]

    def _close(self) -> None:
        self._server.wait()
        self._reader.join(_END_S)
        for stream in (self._server.stdin, self._server.stdout, self._server.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
