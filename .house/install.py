"""Makes `.venv` from the lock, once, and never leaves a half-made one that a later start would trust."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv

import early
import packages
import pip_runs
import ports
import rooms
import stamp
from needs import NEEDED_MB, UPDATE_MB, CannotStart, check_machine
from progress import Progress


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
    if stamp.STAMP.is_file() and stamp.can_run():
        check_machine(rooms.ROOT, UPDATE_MB)
        stamp.STAMP.unlink()
    else:
        make_room()
        check_machine(rooms.ROOT, NEEDED_MB)
        make_venv(progress)
    first, rest = packages.parts(rooms.LOCK.read_text(encoding="utf-8"))
    pip_runs.install_part(first, progress, lambda: None)
    pip_runs.pip(pip_runs.PROJECT, lambda _: progress.running("installing the course itself"))
    with early.Site(site_port, progress) as site:
        pip_runs.install_part(rest, progress, site.tick)
    stamp.STAMP.write_text(stamp.wanted(), encoding="utf-8")
    progress.step("everything is installed")


def main(arguments: list[str]) -> int:
    """Install what is missing; with the argument `start`, then become the three servers."""
    starting = arguments == ["start"]
    try:
        wanted = ports.wanted_ports(os.environ)
        if starting:
            ports.check_free(wanted)
        if not stamp.is_installed():
            install(Progress(), wanted[0].number if starting else None)
        line = stamp.other_python_line((rooms.VENV / "pyvenv.cfg").read_text(encoding="utf-8"), sys.version_info[:2])
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
