"""Starts the stack for a test and ends it whatever happens."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0  # the first start of all may build the site


@dataclass(frozen=True, slots=True)
class Started:
    """A running `make start`, in a session of its own as in a terminal of its own."""

    program: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        """What a person would have read so far."""
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        """Wait until a person would read `text`; fail with the output if the program ends before."""
        until_s = time.monotonic() + PATIENCE_S
        while text not in self.output():
            assert self.program.poll() is None, self.output()
            assert time.monotonic() < until_s, self.output()
            time.sleep(0.05)

    def links(self) -> list[str]:
        """The links as printed: site, JupyterLab, capstone."""
        return re.findall(r"http://\S+", self.output())

    def descendants(self) -> list[psutil.Process]:
        """Everybody this program has started and who still lives."""
        try:
            return psutil.Process(self.program.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def serving(self) -> psutil.Process:
        """The program below make that runs the three servers."""
        return next(one for one in self.descendants() if ".house/serve.py" in " ".join(one.cmdline()))

    def wait_for_descendant(self, word: str) -> psutil.Process:
        """A descendant with `word` on its command line."""
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s:
            for one in self.descendants():
                with contextlib.suppress(psutil.Error):
                    if word in " ".join(one.cmdline()):
                        return one
            time.sleep(0.05)
        raise AssertionError(f"no {word} among the descendants\n{self.output()}")

    def signal_group(self, number: signal.Signals) -> None:
        """What a terminal does on Ctrl-C: the signal goes to the whole foreground group."""
        os.killpg(self.program.pid, number)


def free_ports() -> dict[str, str]:
    """Three ports nobody listens on, by variable."""
    with contextlib.ExitStack() as open_sockets:
        listeners = [open_sockets.enter_context(socket.socket()) for _ in range(3)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        numbers = [str(listener.getsockname()[1]) for listener in listeners]
    return dict(zip(("SITE_PORT", "LAB_PORT", "CAPSTONE_PORT"), numbers, strict=True))


@contextlib.contextmanager
def stopped_stack(
    folder: Path, ports: dict[str, str], command: tuple[str, ...] = ("make", "start")
) -> Iterator[Started]:
    """`make start` for the length of a block; whoever is left of it afterwards is killed."""
    log = folder / f"start-{ports['SITE_PORT']}.log"
    outside_make = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    with log.open("wb") as output:
        program = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**outside_make, **ports, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Started(program, log)
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.signal_group(signal.SIGINT)
        left = running.descendants()
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(15)
        for one in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        program.kill()
        program.wait()


def status(link: str) -> int:
    """The status a browser would get; HTTPError for 4xx and 5xx."""
    with urllib.request.urlopen(link, timeout=10) as page:
        return int(page.status)


def post(link: str) -> None:
    """An empty POST."""
    with urllib.request.urlopen(urllib.request.Request(link, method="POST"), timeout=10):
        pass
