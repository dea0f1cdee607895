"""Writes telemetry of nothing but empty lists: each letter of it takes thirty bytes in a reader's memory.

Stopped: a graded notebook may write 32 MB; what is more is refused before it is parsed.
Plain: tampered
Walls: tampered
"""

import os

with open(os.environ["SIMULATOR_TELEMETRY"], "w") as file:
    file.write('{"resourceSpans": [')
    for _ in range(40):
        file.write("[]," * (2**20 // 3))
    file.write("[]]}\n")
