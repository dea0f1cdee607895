"""Runs pip in `.venv`: its output goes into a log, its progress into one line."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable

import rooms
from needs import CannotStart
from packages import Part, how_far, trouble
from progress import Progress

PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
FROM_LOCK = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off", "--requirement")
PROJECT = ("--no-deps", "--no-build-isolation", "--editable", ".")


def pip(arguments: tuple[str, ...], tick: Callable[[str], None]) -> None:
    """Run pip in `.venv`, its output in the log, calling `tick` with the output so far.

    Raises:
        CannotStart: pip failed.
    """
    log = rooms.LOGS / "pip.log"
    environment = {**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    with log.open("w", encoding="utf-8") as output:
        running = subprocess.Popen(
            [rooms.PYTHON, *PIP, "install", *arguments],
            cwd=rooms.ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        while running.poll() is None:
            time.sleep(0.3)
            tick(log.read_text(encoding="utf-8", errors="replace"))
    if running.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace")
        raise CannotStart(f"The installation stopped: {trouble(said)}\nThe whole log: {rooms.shown(log)}")


def install_part(part: Part, progress: Progress, tick: Callable[[], None]) -> None:
    """Install one part of the lock, with a progress line."""
    requirements = rooms.OWN / "part.txt"
    requirements.write_text(part.requirements, encoding="utf-8")
    before = _packages_in_place()

    def told(output: str) -> None:
        progress.running(f"installing {part.title}: {how_far(output, part.count, _packages_in_place() - before)}")
        tick()

    pip((*FROM_LOCK, str(requirements)), told)
    progress.step(f"installed {part.title}")


def _packages_in_place() -> int:
    return sum(1 for _ in rooms.VENV.glob("lib/python*/site-packages/*.dist-info"))
