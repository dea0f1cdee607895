"""Attaches to its parent as a debugger.

Stopped: the judge and the simulator are not dumpable while it runs, and it has no powers over others.
Plain: crashed
Walls: crashed
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
ATTACH = 16
if libc.ptrace(ATTACH, os.getppid(), 0, 0) == 0:
    open("@marker@", "w").close()
raise RuntimeError(f"refused: {os.strerror(ctypes.get_errno())}")
