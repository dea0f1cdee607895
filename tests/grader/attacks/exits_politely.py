"""Ends with sys.exit(0) before anything can be judged.

Stopped: the exit code of a notebook is no verdict.
Plain: crashed
Walls: crashed
"""

import sys

sys.exit(0)
