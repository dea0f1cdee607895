"""Writes garbage into the socket on which the simulator answers.

Stopped: each line is read as data and refused; the ledger stays the simulator's.
Plain: failed, crashed, cannot-grade
Walls: failed, crashed, cannot-grade
"""

import os
import socket

simulator = socket.socket(fileno=os.dup(int(os.environ["SIMULATOR_FD"])))
for line in (b"null", b"[]", b'["ledger"]', b"[" * 100_000, b"\xff\xfe", b'["attempt", 1, 2, 3]', b'["__class__"]'):
    simulator.sendall(line + b"\n")
    simulator.recv(1 << 20)
simulator.sendall(b"x" * (8 << 20))
