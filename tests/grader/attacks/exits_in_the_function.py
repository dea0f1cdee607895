"""Ends the process with os._exit(0) when the first customer comes.

Stopped: without the last word of the process that runs the cells, the notebook crashed.
Plain: crashed
Walls: crashed
"""

from simulator import record, serve

tracer = record("06")

import os

serve(lambda request: os._exit(0))
