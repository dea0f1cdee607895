"""Makes `.venv` from the lock, once, and never leaves a half-made one that a later start would trust."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable

import early
import ports
import rooms
from needs import CannotStart, check_machine
from packages import Part, how_far, parts, trouble
from progress import Progress

STAMP = rooms.OWN / "installed"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
FROM_LOCK = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off", "--requirement")
PROJECT = ("--no-deps", "--no-build-isolation", "--editable", ".")


def fingerprint(lock: bytes, project: bytes, place: str, version: tuple[int, ...]) -> str:
    """What an installation depends on, as one word: the same word means nothing is to be done."""
    return hashlib.sha256(b"\0".join((lock, project, place.encode(), repr(version).encode()))).hexdigest()


def wanted_stamp() -> str:
    """The stamp that a complete `.venv` of this folder carries."""
    lock, project = rooms.LOCK.read_bytes(), rooms.PROJECT.read_bytes()
    return fingerprint(lock, project, str(rooms.ROOT), tuple(sys.version_info[:2]))


def is_installed() -> bool:
    """Whether `.venv` is complete, up to date, and its Python still starts."""
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != wanted_stamp():
        return False
    try:
        return subprocess.run([rooms.PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:  # the Python it was made from has gone
        return False


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


def make_venv(progress: Progress) -> None:
    """An empty `.venv`; whatever half-made one was there is gone."""
    progress.step(f"Python {sys.version.split()[0]}; making .venv in {rooms.ROOT}")
    try:
        venv.create(rooms.VENV, clear=True, with_pip=True)
        rooms.LOGS.mkdir(parents=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise CannotStart(
            f"{rooms.VENV} could not be made: {problem}\nMend that, then run the same command again."
        ) from None


def install(progress: Progress, site_port: int | None) -> None:
    """Bring `.venv` up to the lock; with a site port, show the site as soon as it can be read.

    A finished `.venv` that is older than the lock is updated in place; anything else is made anew.
    """
    check_machine(rooms.ROOT)
    if STAMP.is_file() and os.access(rooms.PYTHON, os.X_OK):
        STAMP.unlink()
    else:
        make_venv(progress)
    first, rest = parts(rooms.LOCK.read_text(encoding="utf-8"))
    install_part(first, progress, lambda: None)
    pip(PROJECT, lambda _: progress.running("installing the course itself"))
    with early.Site(site_port, progress) as site:
        install_part(rest, progress, site.tick)
    STAMP.write_text(wanted_stamp(), encoding="utf-8")
    progress.step("everything is installed")


def main(arguments: list[str]) -> int:
    """Install what is missing; with the argument `start`, then become the three servers."""
    starting = arguments == ["start"]
    try:
        wanted = ports.wanted_ports(os.environ)
        if starting:
            ports.check_free(wanted)
        if not is_installed():
            install(Progress(), wanted[0].number if starting else None)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command begins the installation again.", file=sys.stderr)
        return 130
    if starting:
        os.execv(rooms.PYTHON, [str(rooms.PYTHON), str(rooms.ROOT / ".house" / "serve.py")])
    return 0
