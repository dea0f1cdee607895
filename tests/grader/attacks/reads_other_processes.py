"""Reads command lines, environments and memory of every process, and lists their open files.

Stopped: judge and simulator cannot be read; the seed is on no command line. Behind walls there is no other
process to see.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import os
import pathlib

found = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) == os.getpid():
        continue
    for part in ("environ", "mem", "maps"):
        try:
            with open(f"/proc/{pid}/{part}", "rb") as file:
                line = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
                if b"simulator" in line or int(pid) == os.getppid():
                    found.append(f"{part} of {line!r}: {file.read(100)!r}")
        except OSError:
            pass
serve(lambda request: None)
with tracer.start_as_current_span("chat") as span:
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("loot", found)
