"""Forks a process that goes on writing telemetry after the notebook has ended.

Stopped: the whole group is ended before the telemetry is read.
Plain: failed, tampered
Walls: failed, tampered
"""

from simulator import record, serve

tracer = record("06")

import os
import time

if os.fork() == 0:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        tracer.start_span("chat", attributes={"gen_ai.operation.name": "chat"}).end()
    os._exit(0)
serve(lambda request: None)
