"""Looks for the checks and the ledger in every folder it can list, and prints them into a span.

Stopped: the ledger is in the memory of another process; checks hold no expected values.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import glob
import os

import simulator

root = os.path.dirname(os.path.dirname(simulator.__file__))
found = []
for pattern in ("labs/*/checks.py", "labs/*/master.py", "labs/my/*", "*/ledger.jsonl", "/tmp/*/ledger.jsonl"):
    for path in glob.glob(os.path.join(root, pattern)):
        try:
            with open(path) as file:
                found.append(file.read()[:2000])
        except OSError:
            pass
serve(lambda request: None)
with tracer.start_as_current_span("chat") as span:
    span.set_attribute("found", found)
