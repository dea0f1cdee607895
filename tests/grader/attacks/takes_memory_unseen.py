"""Hoards memory in files and segments that are in no process's own memory.

Stopped: behind walls a filter refuses the calls that make them. Without walls it can: the memory is the learner's own.
Plain: not tried, the memory is the learner's
Walls: crashed
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
hoards = []
while len(hoards) < 16:
    segment = libc.shmget(0, ctypes.c_size_t(256 * 2**20), 0o1600)
    hoards.append(os.memfd_create("hoard") if segment < 0 else segment)
