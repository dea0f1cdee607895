"""`simulate serve`: the fake LLM behind an HTTP API like OpenAI's, on 127.0.0.1."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib.util
import math
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.engine import PRACTICE_SEED
from simulator.scenario import ScenarioError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from simulator.edges.http_engine import Stage

_HOST = "127.0.0.1"
_FILES = 65_536
"""Open files that are enough for any number of clients on one machine."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `serve` to the commands of `simulate`."""
    parser = commands.add_parser("serve", help="answer over HTTP as OpenAI's API does, on 127.0.0.1")
    parser.add_argument("--port", type=_port, default=4010, help="0 takes any free one (default 4010)")
    parser.add_argument("--scenario", default="call_site", help="which traffic and faults (default call_site)")
    parser.add_argument("--seed", type=int, default=PRACTICE_SEED, help=f"default {PRACTICE_SEED}")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--speed", type=_speed, default=1.0, help="how many times as fast as real time (default 1)")
    pace.add_argument("--no-wait", action="store_true", help="answer at once, on a simulated clock")
    parser.add_argument("--control", action="store_true", help="allow POST /control/incidents")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write ledger.jsonl into this folder, line by line")
    parser.add_argument(
        "--judged", action="store_true", help="for the grader: order on standard input, ledger on output"
    )
    parser.add_argument("--chunk-writes", action="store_true", help="never join chunks of a stream in one write")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text} is no port: give a number from 0 to 65535")
    return int(text)


def _speed(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (speed := float(text)) < math.inf:
            return speed
    raise argparse.ArgumentTypeError(f"{text} is no speed: give a number above 0")


def run(options: argparse.Namespace) -> int:
    """Serve until somebody presses Ctrl-C; returns the exit code: 0 done, 2 wrong usage."""
    missing = [name for name in ("uvicorn", "starlette") if importlib.util.find_spec(name) is None]
    if missing:
        return _refuse(f"{' and '.join(missing)} missing. Install the server's packages: pip install '.[server]'")
    try:
        with _ledger(options.out) as sink, socket.create_server((_HOST, options.port), backlog=2048) as listener:
            if options.judged:
                return _serve_judged(listener, options)
            stage = _stage(options, sink)
            _serve(_app(stage, options), listener, options)
            stage.end()
    except ScenarioError as error:
        return _refuse(str(error))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _refuse(
                f"port {options.port} is in use. Choose another one: simulate serve --port {options.port + 1}"
            )
        return _refuse(f"{error.strerror or error}: {error.filename or f'{_HOST}:{options.port}'}")
    return 0


def _refuse(message: str) -> int:
    print(f"simulate serve: {message}", file=sys.stderr)
    return 2


@contextlib.contextmanager
def _ledger(folder: Path | None) -> Iterator[Callable[[dict[str, Any]], None] | None]:
    """Open the ledger's file; whoever reads along sees each entry as soon as nothing changes it any more."""
    if folder is None:
        yield None
        return
    from simulator.edges.http_json import dump

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "ledger.jsonl").open("w", encoding="utf-8", buffering=1) as file:
        yield lambda entry: print(dump(entry), file=file)


def _stage(options: argparse.Namespace, sink: Callable[[dict[str, Any]], None] | None) -> Stage:
    from simulator.edges.http_engine import Stage

    return Stage(options.scenario, options.seed, speed=None if options.no_wait else options.speed, sink=sink)


def _app(stage: Stage, options: argparse.Namespace) -> Starlette:
    from simulator.edges.http_app import make_app

    return make_app(stage, control=options.control, chunk_writes=options.chunk_writes)


def _serve_judged(listener: socket.socket, options: argparse.Namespace) -> int:
    from simulator.edges import judged_command

    _allow_many_files()
    return judged_command.run(listener, chunk_writes=options.chunk_writes)


def _serve(app: Starlette, listener: socket.socket, options: argparse.Namespace) -> None:
    import uvicorn

    from simulator.edges.http_connection import Server, settings

    _allow_many_files()
    config = uvicorn.Config(app, **settings())
    address = f"http://{_HOST}:{listener.getsockname()[1]}"
    print(f"{options.scenario}, seed {options.seed}: {address} (base_url={address}/v1; Ctrl-C ends)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listener])


def _allow_many_files() -> None:
    """Raise this process's own limit of open files, one per connection, where the system has such a limit."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
