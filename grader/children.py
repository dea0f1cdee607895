"""Starts the two children of a grading: the simulator with its secret seed, and the process that runs a notebook."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from grader.ran import RunError
from grader.truth import Ledger, read_entries

_RUNNER = Path(__file__).with_name("cell_runner.py")
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")
_LAST_WORDS_S = 20.0


class SandboxError(RunError):
    """The grading could not be set up; says what to do."""


class Launch(Protocol):
    """Starts a command that will run a learner's code, with as much between it and the rest as it has to offer."""

    def __call__(
        self, argv: list[str], *, scratch: Path, env: Mapping[str, str], pass_fds: Iterable[int]
    ) -> subprocess.Popen[bytes]:
        """Start `argv` in the folder `scratch`, at the head of a process group, standard input on a pipe."""
        ...


def launch_plainly(
    argv: list[str], *, scratch: Path, env: Mapping[str, str], pass_fds: Iterable[int]
) -> subprocess.Popen[bytes]:
    """Start a command as an ordinary child: a process group, a folder and an environment of its own, no more."""
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=scratch,
        env=dict(env),
        pass_fds=tuple(pass_fds),
        start_new_session=True,
    )


def start_simulator(scenario: str, seed: int, end: socket.socket) -> subprocess.Popen[bytes]:
    """Start the simulator on one end of a socket pair; its seed goes over standard input, where nobody else reads."""
    simulator = subprocess.Popen(
        [sys.executable, "-I", "-m", "simulator", "engine", "--fd", str(end.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[end.fileno()],
        start_new_session=True,
    )
    assert simulator.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it died at once; taking its ledger says how
        simulator.stdin.write(json.dumps({"scenario": scenario, "seed": seed}).encode() + b"\n")
        simulator.stdin.flush()
    return simulator


def start_notebook(
    end: socket.socket, scratch: Path, telemetry_file: Path, launch: Launch
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the process that will run the cells; returns it with the pipe on which it says how far it is."""
    status, write_end = os.pipe()
    try:
        variables = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
        variables |= {
            "HOME": str(scratch),
            "SIMULATOR_FD": str(end.fileno()),
            "SIMULATOR_TELEMETRY": str(telemetry_file),
        }
        command = [sys.executable, "-I", str(_RUNNER), str(write_end)]
        return launch(command, scratch=scratch, env=variables, pass_fds=[end.fileno(), write_end]), status
    except BaseException:
        os.close(status)
        raise
    finally:
        os.close(write_end)


def end_group(leader: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything in its group, and wait for it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it may be gone already
        os.killpg(leader.pid, signal.SIGKILL)
    leader.wait()
    if leader.stdin:
        with contextlib.suppress(BrokenPipeError):  # nobody reads what was not sent
            leader.stdin.close()


def collect_ledger(simulator: subprocess.Popen[bytes]) -> Ledger:
    """Tell the simulator that the run is over, and take its ledger. Only now has it left the simulator's memory.

    Raises:
        SandboxError: if the simulator does not end, failed, or says what cannot be read.
    """
    try:
        out, err = simulator.communicate(timeout=_LAST_WORDS_S)
    except subprocess.TimeoutExpired as error:
        simulator.kill()
        simulator.wait()
        raise SandboxError("The simulator did not end. Try again; if it stays so, report it.") from error
    if simulator.returncode != 0:
        raise SandboxError(f"The simulator did not work: {err.decode(errors='replace').strip()[-300:]}")
    try:
        return read_entries(json.loads(line) for line in out.splitlines())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SandboxError(f"The simulator's ledger could not be read: {error}") from error
