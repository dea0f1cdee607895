"""A client that speaks to a receiver as a program would, or not at all as a program would."""

from __future__ import annotations

import http.client
import socket

from grader.otlp.receiver import Receiver

HEAD = b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def port_of(receiver: Receiver) -> int:
    return int(receiver.address.rpartition(":")[2])


def connect(receiver: Receiver) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=10)


def post(
    receiver: Receiver, body: bytes, kind: str = "application/json", path: str = "/v1/traces", **headers: str
) -> tuple[int, str, bytes]:
    client = http.client.HTTPConnection("127.0.0.1", port_of(receiver), timeout=10)
    try:
        client.request("POST", path, body, {"Content-Type": kind, **headers})
        answer = client.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        client.close()


def raw(receiver: Receiver, *pieces: bytes) -> bytes:
    """Everything that comes back on one connection for these bytes."""
    with connect(receiver) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while came := connection.recv(65_536):
            found += came
        return found
