"""Prints gigabytes.

Stopped: its output goes nowhere.
Plain: failed, timeout
Walls: failed, timeout
"""

from simulator import record, serve

tracer = record("06")

import os

block = b"x" * 2**20
for _ in range(2048):
    os.write(1, block)
    os.write(2, block)
serve(lambda request: None)
