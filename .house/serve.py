"""Serves site, JupyterLab and capstone on this machine until Ctrl-C: what `make start` ends in."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.error
import urllib.request

import jupyter_settings
import ports
import rooms
import runner
import website
import words
from grader.labs import LabError, ensure_working_copy, find_labs
from needs import CannotStart
from servers import Server, stack

PATIENCE_S = 60.0


def answers(link: str) -> bool:
    """Whether a link works as it will be printed."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(link, timeout=5) as page:
            return bool(page.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def silent(servers: tuple[Server, ...], patience_s: float = PATIENCE_S) -> list[Server]:
    """Wait until every link works; what is left when patience ends."""
    until = time.monotonic() + patience_s
    waiting = list(servers)
    while waiting and time.monotonic() < until:
        waiting = [server for server in waiting if not answers(server.link)]
        time.sleep(0.1)
    return waiting


def put_working_copies() -> None:
    """Give the learner a copy of every lab they do not have yet.

    Raises:
        CannotStart: the copies cannot be written.
    """
    try:
        rooms.MY_LABS.mkdir(parents=True, exist_ok=True)
        for lab in find_labs():
            ensure_working_copy(lab)
    except (LabError, OSError) as problem:
        raise CannotStart(f"{problem}\nMend that, then run: make start") from None


def main() -> int:
    """Check ports, build, prepare, run; the exit code is 0 when a person ended it."""
    failed: list[Server] = []
    try:
        wanted = ports.wanted_ports(os.environ)
        ports.check_free(wanted)
        rooms.LOGS.mkdir(parents=True, exist_ok=True)
        if not website.is_built():
            print("Building the site...", flush=True)
            website.build(rooms.LOGS / "mkdocs.log")
        put_working_copies()
        token = jupyter_settings.kept_token()
        jupyter_settings.write(token, wanted[1].number)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    servers = stack(wanted, token)
    print("Starting site, JupyterLab and capstone...", flush=True)

    def watch() -> None:
        failed.extend(silent(servers))
        if failed:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            print(words.welcome(servers), flush=True)

    ended = runner.run(servers, watch)
    if ended.fallen is not None:
        name, code = ended.fallen
        server = next(server for server in servers if server.name == name)
        print(words.farewell(server, code), file=sys.stderr)
        return 1
    for server in failed:
        print(words.silence(server, PATIENCE_S), file=sys.stderr)
    if failed:
        return 1
    print("\nAll three have ended.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
