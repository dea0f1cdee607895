"""What `grade doctor` asks of the machine: system, Python, disk, clock, ports. Each answers with a finding."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from grader.doctor.findings import FIX, NOTE, OK, Finding

_OLDEST, _NEWEST = (3, 11), (3, 13)
_NEEDED_MB = 200
_PORTS = (("SITE_PORT", 8000, "site"), ("LAB_PORT", 8888, "JupyterLab"), ("CAPSTONE_PORT", 8501, "capstone"))


def system(platform: str, release: str) -> Finding:
    """Judge `sys.platform`; `release` is the kernel's, in which WSL names itself."""
    name = "platform"
    if platform == "linux":
        wsl = " (WSL)" if "microsoft" in release.lower() else ""
        return Finding(name, OK, f"Linux{wsl}")
    if platform == "darwin":
        return Finding(name, OK, "macOS")
    if platform in ("win32", "cygwin"):
        fix = "Type: wsl --install, and work in there. Or use the notebooks on the course's pages, in the browser."
        return Finding(name, FIX, "Windows itself cannot grade: the notebook's process needs Linux or macOS.", fix)
    return Finding(name, NOTE, f"{platform}: the course is tested on Linux and macOS.")


def python(version: tuple[int, int, int]) -> Finding:
    """Judge the Python that runs this."""
    said = f"Python {'.'.join(map(str, version))}"
    if _OLDEST <= version[:2] <= _NEWEST:
        return Finding("python", OK, said)
    fix = "Delete .venv, then type: make start PYTHON=python3.12 (or another of 3.11 to 3.13)"
    return Finding("python", FIX, f"{said}; the course runs on Python 3.11 to 3.13.", fix)


def disk(folder: Path) -> Finding:
    """Look how much room is left where gradings are kept."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free_mb = shutil.disk_usage(there).free // 1_000_000
    said = f"Disk: {free_mb:,} MB free"
    if free_mb >= _NEEDED_MB:
        return Finding("disk", OK, said)
    return Finding("disk", FIX, f"{said} under {there}.", f"Free {_NEEDED_MB - free_mb:,} MB there.")


def clock(now: datetime, written: datetime) -> Finding:
    """Judge the clock by what cannot be: a present before this file was `written`, or a generation after."""
    if 0 <= (now - written).days < 20 * 365:
        return Finding("clock", OK, f"Clock: {now:%Y-%m-%d %H:%M}")
    fix = "Let the system set its clock: in its settings, or with: sudo timedatectl set-ntp true"
    return Finding("clock", FIX, f"The clock says {now:%Y-%m-%d %H:%M}, which cannot be.", fix)


def ports(variables: Mapping[str, str], ours: str) -> tuple[Finding, ...]:
    """Look whether the ports of `make start` are free; `ours` stands in the command line of our own servers."""
    return tuple(
        _port(name, int(text) if (text := variables.get(name, "")).isdecimal() else number, server, ours)
        for name, number, server in _PORTS
    )


def _port(variable: str, number: int, server: str, ours: str) -> Finding:
    name = f"port {number}"
    if not 0 < number < 65536:
        return Finding(name, FIX, f"{variable}={number} is no port.", f"Give it a number from 1024: {variable}=8010")
    if not _answers(number):
        return Finding(name, OK, f"Port {number} is free ({server})")
    holder, command = _holder(number)
    if ours in command:
        return Finding(name, OK, f"Port {number} is the course's own {server}, which runs")
    fix = f"End it, or choose another port: {variable}={number + 10 if number < 65526 else number - 10} make start"
    return Finding(name, FIX, f"Port {number} ({server}) is in use by {holder}.", fix)


def _answers(number: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(0.5)
        return caller.connect_ex(("127.0.0.1", number)) == 0


def _holder(number: int) -> tuple[str, str]:
    """Return who listens on a port, for a person, and the command line; as far as the system lets us see."""
    with suppress(ImportError, OSError):
        import psutil

        for process_id in psutil.pids():
            with suppress(psutil.Error, OSError):
                program = psutil.Process(process_id)
                for connection in program.net_connections("tcp"):
                    if connection.status == psutil.CONN_LISTEN and connection.laddr.port == number:
                        return f"{program.name()} (process {process_id})", " ".join(program.cmdline())
    return "another program", ""
