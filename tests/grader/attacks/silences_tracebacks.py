"""Replaces everything that shows an error.

Stopped: the process that runs the cells reports how they ended; a pass also needs every check seen passed.
Plain: crashed
Walls: crashed
"""

import sys
import traceback

sys.excepthook = lambda *given: None
traceback.print_exc = lambda *given, **named: None
traceback.extract_tb = lambda *given, **named: []
sys.stderr = None
raise RuntimeError("nobody sees this")
