"""Leaves a process in a session of its own that writes a file when the grading is over.

Stopped: behind walls everything it started ends with it. Without walls such a process can stay: it belongs to
the user who wrote it.
Plain: not tried, a daemon of the same user may stay
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3, 64):
            try:
                os.close(fd)
            except OSError:
                pass
        time.sleep(3)
        try:
            open("@marker@", "w").close()
        finally:
            os._exit(0)
    os._exit(0)
serve(lambda request: None)
