"""`simulate serve --judged`: serves one evening for the grader, which alone learns its seed and its ledger."""

from __future__ import annotations

import json
import socket
import sys
import threading
from typing import Any

from simulator.edges.http_json import dump
from simulator.hidden import hide_memory
from simulator.ledger import to_lines
from simulator.scenario import ScenarioError


def run(listener: socket.socket, *, chunk_writes: bool) -> int:
    """Serve until standard input ends, then write the ledger; returns the exit code.

    The first line of standard input is a JSON object with `scenario` and `seed`. Standard output is lines of JSON: one
    of kind "serving" with the `address`, "begun" and "played" when the program got so far, then the ledger.
    """
    import uvicorn

    from simulator.edges.http_app import make_app
    from simulator.edges.http_connection import Server, settings
    from simulator.edges.http_judged import JudgedStage

    hide_memory()
    try:
        order = json.loads(sys.stdin.readline())
        stage = JudgedStage(order["scenario"], int(order["seed"]), told=lambda kind: _say({"kind": kind}))
    except (ValueError, KeyError, TypeError, ScenarioError) as error:
        print(f"simulate serve: {error}", file=sys.stderr)
        return 2
    server = Server(uvicorn.Config(make_app(stage, chunk_writes=chunk_writes), **settings()))
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    host, port = listener.getsockname()
    _say({"kind": "serving", "address": f"http://{host}:{port}"})
    server.run(sockets=[listener])
    sys.stdout.writelines(to_lines(stage.entries()))
    return 0


def _say(word: dict[str, Any]) -> None:
    print(dump(word), flush=True)


def _end_with_input(server: Any) -> None:
    sys.stdin.read()
    server.should_exit = True
