"""Writes telemetry until the disk is full.

Stopped: a bound on the size of any file it writes, and on what the judge reads.
Plain: crashed, tampered
Walls: crashed, tampered
"""

import os

line = b'{"resourceSpans": []}' + b" " * 2**20 + b"\n"
with open(os.environ["SIMULATOR_TELEMETRY"], "ab") as file:
    for _ in range(600):
        file.write(line)
