"""Makes `.venv` from the lock, once, and never leaves a half-made one that a later start would trust."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable

import early
import ports
import rooms
from needs import NEEDED_MB, UPDATE_MB, CannotStart, check_machine
from packages import Part, how_far, parts, trouble
from progress import Progress

STAMP = rooms.OWN / "installed"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
FROM_LOCK = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off", "--requirement")
PROJECT = ("--no-deps", "--no-build-isolation", "--editable", ".")


def fingerprint(lock: bytes, project: bytes, place: str) -> str:
    """What an installation depends on, as one word: the same word means nothing is to be done."""
    return hashlib.sha256(b"\0".join((lock, project, place.encode()))).hexdigest()


def wanted_stamp() -> str:
    """The stamp that a complete `.venv` of this folder carries."""
    return fingerprint(rooms.LOCK.read_bytes(), rooms.PROJECT.read_bytes(), str(rooms.ROOT))


def can_run() -> bool:
    """Whether the Python of `.venv` starts; it does not when the Python it was made from has gone."""
    try:
        return subprocess.run([rooms.PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def is_installed() -> bool:
    """Whether `.venv` is complete, up to date, and its Python still starts."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted_stamp() and can_run()


def other_python_line(config: str, version: tuple[int, ...]) -> str:
    """What to say when `.venv` keeps another Python than the one that was named; `config` is its pyvenv.cfg."""
    kept = re.search(r"^version = (\d+)\.(\d+)", config, re.MULTILINE)
    if kept is None or (int(kept[1]), int(kept[2])) == version[:2]:
        return ""
    asked = ".".join(map(str, version[:2]))
    return f".venv has Python {kept[1]}.{kept[2]} and keeps it. For Python {asked}, delete .venv first."


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


def make_room() -> None:
    """Delete a half-made `.venv` of ours.

    Raises:
        CannotStart: the one that is there was made by something else.
    """
    if rooms.VENV.is_dir() and not rooms.OWN.is_dir() and any(rooms.VENV.iterdir()):
        raise CannotStart(
            f"{rooms.VENV} was not made by this course.\nMove or delete it, then run the same command again."
        )
    shutil.rmtree(rooms.VENV, ignore_errors=True)


def make_venv(progress: Progress) -> None:
    """An empty `.venv`, which is marked as ours before anything else is in it."""
    progress.step(f"Python {sys.version.split()[0]}; making .venv in {rooms.ROOT}")
    try:
        rooms.LOGS.mkdir(parents=True)
        venv.create(rooms.VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise CannotStart(f"{rooms.VENV} could not be made: {problem}\nMend that, then try again.") from None


def install(progress: Progress, site_port: int | None) -> None:
    """Bring `.venv` up to the lock; with a site port, show the site as soon as it can be read.

    A finished `.venv` that is older than the lock is updated in place; anything else is made anew.
    """
    if STAMP.is_file() and can_run():
        check_machine(rooms.ROOT, UPDATE_MB)
        STAMP.unlink()
    else:
        make_room()
        check_machine(rooms.ROOT, NEEDED_MB)
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
        line = other_python_line((rooms.VENV / "pyvenv.cfg").read_text(encoding="utf-8"), sys.version_info[:2])
        if line:
            print(line)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command begins the installation again.", file=sys.stderr)
        return 130
    if starting:
        os.execv(rooms.PYTHON, [str(rooms.PYTHON), str(rooms.ROOT / ".house" / "serve.py")])
    return 0
