"""Takes gigabytes of disk for its telemetry file without making it longer.

Stopped: a bound on the size of files does not see it; behind walls a filter refuses the call. Without walls it can: the
disk is the learner's own.
Plain: not tried, the disk is the learner's
Walls: crashed
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
KEEP_SIZE = 1
with open(os.environ["SIMULATOR_TELEMETRY"], "ab") as file:
    if libc.fallocate(file.fileno(), KEEP_SIZE, ctypes.c_long(0), ctypes.c_long(3 * 2**30)) != 0:
        raise OSError(ctypes.get_errno(), "refused")
