"""Writes telemetry that is nested deeper than a reader's stack.

Stopped: what cannot be read is told, line by line; nothing crashes.
Plain: tampered
Walls: tampered
"""

import os

with open(os.environ["SIMULATOR_TELEMETRY"], "w") as file:
    file.write('{"resourceSpans": ' + "[" * 200_000 + "]" * 200_000 + "}\n")
