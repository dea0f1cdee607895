"""Writes into the home folder, the temporary folder and the folder above its own.

Stopped: behind walls there is nothing but its own folder to write to. Without walls it can write where the user
can: said plainly.
Plain: not tried, the folders are the learner's
Walls: failed, crashed
"""

from simulator import record, serve

tracer = record("06")

import pathlib

for place in ("@marker@", "../escaped", "/tmp/../@marker@"):
    try:
        pathlib.Path(place).write_text("x")
    except OSError:
        pass
serve(lambda request: None)
