"""Listens on a port and calls out.

Stopped: behind walls there is no network. Without walls there is, and nothing there to ask: the ledger is on no
socket.
Plain: not tried, the machine's network is the learner's
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import socket

reached = []
for host, port in (("127.0.0.1", int("@port@")), ("192.0.2.1", 80)):
    try:
        socket.create_connection((host, port), timeout=0.5).close()
        reached.append(host)
    except OSError:
        pass
if reached:
    open("@marker@", "w").close()
    raise AssertionError(reached)
serve(lambda request: None)
