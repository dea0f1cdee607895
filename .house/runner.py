"""Runs the servers under honcho: logs into files, one ended server ends the others, nobody is left behind."""

from __future__ import annotations

import contextlib
import ctypes
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
from honcho.manager import Manager
from honcho.printer import Message

import rooms
from servers import Server, environment

BECOME_PARENT_OF_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of Linux' prctl


class Logs:
    """What honcho prints to: a file for each server, and one for honcho's own words."""

    width = 0  # honcho sets it; a file needs no columns

    def __init__(self, folder: Path, begun: Callable[[], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("run-*.log"):
            old.unlink()
        self._folder = folder
        self._begun: Callable[[], None] | None = begun

    def write(self, message: Message) -> None:
        """Append one line; the first line of all says that every server has been started."""
        if self._begun is not None:
            begun, self._begun = self._begun, None
            begun()
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        with (self._folder / f"run-{message.name}.log").open("a", encoding="utf-8") as log:
            log.write(text)


class Stack(Manager):  # type: ignore[misc]  # honcho ships no types
    """Honcho's manager, which also remembers who ended first and who is descended from whom."""

    fallen: tuple[str, int] | None = None  # name and exit code of a server that ended by itself
    ended_by_person = False
    descendants: tuple[psutil.Process, ...] = ()

    def terminate(self) -> None:
        """End all servers, called by honcho on a signal and when one of them has ended."""
        if self._terminating:
            return
        self.descendants = tuple(psutil.Process().children(recursive=True))
        ended = [(name, known["returncode"]) for name, known in self._processes.items() if "returncode" in known]
        self.ended_by_person = not ended
        self.fallen = ended[0] if ended else None
        super().terminate()


def adopt_orphans() -> None:
    """On Linux, become the parent of whatever our servers leave behind, so that it can be found and ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(BECOME_PARENT_OF_ORPHANS, 1, 0, 0, 0)


def end_leftovers(known: tuple[psutil.Process, ...]) -> None:
    """Kill every descendant still alive: kernels in sessions of their own, and their children."""
    left = {*known, *psutil.Process().children(recursive=True)}
    alive = [one for one in left if one.is_running()]  # known by pid and birth, so never a stranger
    for one in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(alive, timeout=3)


def run(servers: tuple[Server, ...], watch: Callable[[], None]) -> Stack:
    """Run the servers until a signal or the end of one of them; `watch` runs beside in a thread."""
    adopt_orphans()
    watcher = threading.Thread(target=watch, daemon=True)
    servers_running = Stack(Logs(rooms.LOGS, watcher.start))
    for server in servers:
        command = f"exec {shlex.join(server.command)}"
        servers_running.add_process(server.name, command, env=environment(server), cwd=str(rooms.ROOT))
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        servers_running.loop()
    except KeyError:  # honcho, asked to end within the first milliseconds, looks for a pid that it has not read yet
        servers_running.ended_by_person = True
    finally:
        end_leftovers(servers_running.descendants)
    return servers_running
