"""Registers an exit handler that ends everything with exit code 0.

Stopped: the verdict comes from checks that passed, not from an exit code.
Plain: failed, crashed
Walls: failed, crashed
"""

from simulator import record, serve

tracer = record("06")

import atexit
import os

atexit.register(os._exit, 0)
serve(lambda request: None)
