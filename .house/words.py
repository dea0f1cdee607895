"""What `make start` says to a person while the servers run and when they end."""

from __future__ import annotations

import rooms
from servers import Server, log_of


def welcome(servers: tuple[Server, ...]) -> str:
    """The three links, how to grade, and how to end."""
    links = "\n".join(f"  {server.verb:<10}{server.link}" for server in servers)
    return f"""
{links}

  To grade a lab in another terminal, from this folder:
    . .venv/bin/activate
    grade 06

  Ctrl-C here ends all three.
"""


def farewell(server: Server, code: int) -> str:
    """Which server ended by itself and what it said last."""
    return f"{_start(server)} ended by itself (exit code {code}), so the others were ended too. {_said(server)}"


def _start(server: Server) -> str:
    return server.title[0].upper() + server.title[1:]


def _said(server: Server) -> str:
    log = log_of(server)
    return f"It said last:\n{rooms.last_lines(log)}\nThe whole log: {rooms.shown(log)}"


def silence(server: Server, patience_s: float) -> str:
    """Which server never answered and what it said last."""
    return f"{_start(server)} did not answer within {patience_s:.0f} s. {_said(server)}"
