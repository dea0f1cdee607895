"""Asks for three gigabytes.

Stopped: a bound on its address space.
Plain: crashed
Walls: crashed
"""

hoard = bytearray(3 * 2**30)
