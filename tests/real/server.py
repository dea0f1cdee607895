"""Starts `simulate serve` for a test, and ends it by Ctrl-C as a person would."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.real.stack import ROOT

COMMAND = (sys.executable, "-m", "simulator", "serve")
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server: its process, its address, and the folder with its ledger and what it said on stderr."""

    program: subprocess.Popen[str]
    address: str
    folder: Path

    @property
    def base_url(self) -> str:
        """What an OpenAI client wants."""
        return f"{self.address}/v1"

    @property
    def port(self) -> int:
        """Its port on 127.0.0.1."""
        return int(self.address.rpartition(":")[2])

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU it has used."""
        times = psutil.Process(self.program.pid).cpu_times()
        return times.user + times.system

    @property
    def resident_mb(self) -> float:
        """Its memory."""
        return psutil.Process(self.program.pid).memory_info().rss / 1e6

    @property
    def sockets(self) -> int:
        """How many files it has open."""
        return psutil.Process(self.program.pid).num_fds()

    def ledger(self) -> list[dict[str, Any]]:
        """The entries written so far."""
        return [json.loads(line) for line in (self.folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]


@contextlib.contextmanager
def serving(folder: Path, *options: str) -> Iterator[Serving]:
    """A server on a free port for the length of a block; it must have said nothing on stderr and end with 0."""
    with (folder / "stderr.txt").open("w", encoding="utf-8") as errors:
        program = subprocess.Popen(
            [*COMMAND, "--port", "0", "--out", str(folder), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    assert program.stdout is not None
    with program.stdout:
        try:
            said = program.stdout.readline()
            assert said, (folder / "stderr.txt").read_text(encoding="utf-8")
            yield Serving(program, said.partition("base_url=")[2].partition("/v1")[0], folder)
            program.send_signal(signal.SIGINT)
            assert program.wait(PATIENCE_S) == 0
            assert (folder / "stderr.txt").read_text(encoding="utf-8") == ""
        finally:
            program.kill()
            program.wait()
