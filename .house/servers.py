"""The three servers: what each is called, how it is started, and the link a person opens."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import jupyter_settings
import rooms
from ports import HOST, Port


@dataclass(frozen=True, slots=True)
class Server:
    """One server of the stack."""

    name: str
    title: str
    verb: str
    command: tuple[str, ...]
    link: str
    environment: dict[str, str] = field(default_factory=dict)


def stack(wanted: tuple[Port, ...], token: str) -> tuple[Server, ...]:
    """Site, JupyterLab and capstone on their ports."""
    site, lab, capstone = (port.number for port in wanted)
    return (
        Server(
            "site",
            "the site",
            "Read",
            (str(rooms.PYTHON), str(rooms.ROOT / ".house" / "website.py"), "serve", str(site)),
            f"http://{HOST}:{site}/",
        ),
        Server(
            "lab",
            "JupyterLab",
            "Practise",
            (str(rooms.PYTHON), "-m", "jupyterlab"),
            f"http://{HOST}:{lab}/lab?token={token}",
            jupyter_settings.environment(),
        ),
        Server(
            "capstone",
            "the capstone",
            "See",
            (str(rooms.PYTHON), "-m", "streamlit", "run", "labs/14_dashboard/app.py", "--server.port", str(capstone)),
            f"http://{HOST}:{capstone}/",
        ),
    )


def environment(server: Server) -> dict[str, str]:
    """The variables a server runs with: `.venv` comes first, so that `!grade` in a notebook finds ours."""
    path = os.pathsep.join((str(rooms.BIN), os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(rooms.VENV), "PYTHONUNBUFFERED": "1", **server.environment}


def log_of(server: Server) -> Path:
    """The file with a server's output."""
    return rooms.LOGS / f"run-{server.name}.log"
