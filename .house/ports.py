"""The three ports: which they are, and whether they are free."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from needs import CannotStart

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Port:
    """One port and the variable that changes it."""

    variable: str
    number: int


DEFAULTS = (Port("SITE_PORT", 8000), Port("LAB_PORT", 8888), Port("CAPSTONE_PORT", 8501))


def wanted_ports(environment: Mapping[str, str]) -> tuple[Port, ...]:
    """Site, JupyterLab and capstone port, in this order, from the environment or the defaults.

    Raises:
        CannotStart: a variable holds no port number, or two of them the same one.
    """
    ports = tuple(Port(port.variable, _number(port, environment.get(port.variable, ""))) for port in DEFAULTS)
    for port in ports[1:]:
        if any(other.number == port.number for other in ports if other is not port):
            raise CannotStart(f"Port {port.number} is asked for twice. Give {port.variable} a number of its own.")
    return ports


def _number(port: Port, text: str) -> int:
    if not text:
        return port.number
    if text.isascii() and text.isdigit() and 1024 <= int(text) <= 65535:
        return int(text)
    raise CannotStart(
        f"{port.variable}={text} is not a port. Give a number from 1024 to 65535, for example: "
        f"{port.variable}={port.number + 10} make start"
    )


def in_use_line(port: Port) -> str:
    """What to say about a port that another program holds."""
    other = port.number + 10 if port.number + 10 <= 65535 else port.number - 10
    return f"Port {port.number} is in use by another program. Free it, or run: {port.variable}={other} make start"


def is_free(number: int) -> bool:
    """Whether a server of ours could listen there: nobody answers, and binding works."""
    with socket.socket() as caller:
        caller.settimeout(0.5)
        if caller.connect_ex((HOST, number)) == 0:
            return False
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
        except OSError:
            return False
    return True


def check_free(ports: tuple[Port, ...]) -> None:
    """Raise CannotStart with one line for each port in use."""
    taken = [in_use_line(port) for port in ports if not is_free(port.number)]
    if taken:
        raise CannotStart("\n".join(taken))
