"""Walls around a learner's process (Linux): namespaces of its own, a root without labs, no network, no powers, bounds.

Elsewhere, and where the kernel forbids it, there are none: `available` is empty, and `launch` starts an ordinary child.
"""

from __future__ import annotations

import functools
import json
import marshal
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.children import launch_plainly
from grader.ran import FILE_BYTES, MEMORY_BYTES
from grader.walled.syscalls import is_known

PROCESSES = 128
"""Processes and threads that a notebook may have at a time."""

_STAGE = Path(__file__).with_name("walled") / "__main__.py"
_PROJECT = Path(__file__).resolve().parents[1]
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/localtime")
_FILES = {
    "/etc/passwd": "notebook:x:65534:65534::/tmp:/bin/sh\n",
    "/etc/group": "notebook:x:65534:\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}
_SCRATCH_BYTES, _SCRATCH_FILES = 256 * 2**20, 20_000
_LIMITS = {"RLIMIT_NPROC": PROCESSES, "RLIMIT_NOFILE": 256, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": FILE_BYTES}
_NAMES = (
    "own files (mount namespace)",
    "no network (network namespace)",
    "own processes (process namespace)",
    "no powers (user namespace)",
    f"{PROCESSES} processes and {MEMORY_BYTES // 2**30} GB at most",
    *(("no call that takes memory or disk unseen (seccomp)",) if is_known(platform.machine()) else ()),
)
_OLDEST_KERNEL = (5, 14)  # before, the bound on processes counts all that the user runs
_TRIAL_S = 20.0
_TELEMETRY_VARIABLE = "SIMULATOR_TELEMETRY"


def available() -> tuple[str, ...]:
    """Return the names of the protections that this machine really gives; empty if it gives none."""
    return () if missing() else _NAMES


@functools.cache
def missing() -> str:
    """Build the walls once around nothing, and say why that does not work; empty if it does."""
    if sys.platform != "linux":
        return "only Linux has namespaces"
    release = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    if release < _OLDEST_KERNEL:
        return f"Linux {platform.release()} is older than 5.14"
    status, write_end = os.pipe()
    with tempfile.TemporaryDirectory(prefix="walls-") as folder, open(status, "rb") as said:
        try:
            command = [sys.executable, "-I", "-S", "-c", "pass", str(write_end)]
            child = launch(command, scratch=Path(folder), env={}, pass_fds=[write_end])
        except OSError as error:
            return f"a process cannot be started: {error.strerror}"
        finally:
            os.close(write_end)
        try:
            child.communicate(timeout=_TRIAL_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return "the trial did not end"
        words = said.read().split(b"\n")
    if child.returncode == 0:
        return ""
    errors = [json.loads(word)["error"] for word in words if word]
    return "; ".join(f"{error['kind']}: {error['text']}" for error in errors) or f"exit code {child.returncode}"


def launch(
    argv: list[str],
    *,
    scratch: Path,
    env: Mapping[str, str],
    pass_fds: Iterable[int],
    shown: Iterable[Path] = (),
    hidden: Iterable[Path] = (),
    memory_bytes: int = MEMORY_BYTES,
) -> subprocess.Popen[bytes]:
    """Start a command behind walls. The last of `argv` is the pipe on which it says how it went.

    It sees Python, this project's `simulator` and `grader`, and what is `shown`, all read-only, but nothing of the labs
    or of what is `hidden`. It can write to its scratch folder, which is in memory and gone when it ends, except for
    the telemetry file. `memory_bytes` bounds what it and all that it starts have in memory together. On Linux it ends
    with the thread that started it, however that ends.

    Raises:
        OSError: if the process cannot be started.
    """
    if sys.platform != "linux":
        return launch_plainly(argv, scratch=scratch, env=env, pass_fds=pass_fds)
    fds = tuple(pass_fds)
    written = [env[_TELEMETRY_VARIABLE]] if _TELEMETRY_VARIABLE in env else []
    for path in written:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    plan = {
        "parent": os.getpid(),
        "argv": argv,
        "fds": fds,
        "status": int(argv[-1]),
        "shown": _shown(tuple(shown)),
        "hidden": [str(path) for path in (_PROJECT / "labs", *hidden)],
        "files": _FILES,
        "scratch": str(scratch),
        "scratch_bytes": _SCRATCH_BYTES,
        "scratch_files": _SCRATCH_FILES,
        "written": written,
        "limits": _LIMITS,
        "memory_bytes": memory_bytes,
    }
    command = [sys.executable, "-E", "-s", "-S", str(_STAGE), marshal.dumps(plan).hex()]
    return launch_plainly(command, scratch=scratch, env=env, pass_fds=fds)


@functools.cache
def _shown(more: tuple[Path, ...]) -> list[str]:
    """Return what has to be there for Python to start, outer folders first."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    packages = {str(_PROJECT / name) for name in ("simulator", "grader")}
    python, folders = sys.executable, set()
    while True:
        folders.add(os.path.dirname(python))
        if not os.path.islink(python):
            break
        python = os.path.join(os.path.dirname(python), os.readlink(python))
    wanted = sorted({*_SYSTEM, *prefixes, *packages, *folders, *map(str, more)})
    kept: list[str] = []
    for path in wanted:
        inside = any(path.startswith(f"{outer}/") for outer in kept if not os.path.islink(outer))
        if os.path.exists(path) and not inside:
            kept.append(path)
    return kept
