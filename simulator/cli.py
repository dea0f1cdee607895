"""The `simulate` command."""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
from collections.abc import Sequence

from simulator.edges import run_command, serve_command
from simulator.engine import Engine
from simulator.hidden import hide_memory
from simulator.incident import all_incidents
from simulator.ledger import to_lines
from simulator.scenario import ScenarioError, load_scenario, scenario_names
from simulator.wire import serve_engine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 done, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="simulate", description="A fake LLM with customers, faults and a truth.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="scenarios and incidents, one line each")
    run_command.add_parser(commands)
    serve_command.add_parser(commands)
    engine = commands.add_parser("engine", help="for the grader: answer on a socket, seed on standard input")
    engine.add_argument("--fd", type=int, required=True, help="number of the inherited socket")
    options = parser.parse_args(arguments)
    if options.command == "run":
        return run_command.run(options)
    if options.command == "serve":
        return serve_command.run(options)
    return _list() if options.command == "list" else _engine(options.fd)


def _list() -> int:
    print("Scenarios (simulate run NAME --out DIR):")
    for name in scenario_names():
        print(f"  {name:20} {load_scenario(name).title}")
    print("\nIncidents and decoys (simulate run NAME --incident NAME=mild):")
    for name, incident in all_incidents().items():
        print(f"  {name:20} {incident.kind:13} {incident.title}")
    return 0


def _engine(fd: int) -> int:
    """Play a scenario for another process until standard input ends, then write the ledger to standard output.

    The first line of standard input is a JSON object with `scenario` and `seed`: it never stands on a command line or
    in the environment, where a learner's process could read it.
    """
    hide_memory()
    try:
        order = json.loads(sys.stdin.readline())
        engine = Engine(order["scenario"], int(order["seed"]), fixed=True)
        connection = socket.socket(fileno=fd)
    except (ValueError, KeyError, TypeError, OSError, ScenarioError) as error:
        print(f"simulate engine: {error}", file=sys.stderr)
        return 2
    threading.Thread(target=serve_engine, args=(engine, connection), daemon=True).start()
    sys.stdin.read()
    sys.stdout.writelines(to_lines(engine.ledger.entries()))
    return 0
