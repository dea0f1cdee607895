"""Sends SIGKILL to every process it may signal.

Stopped: behind walls it sees no process but its own.
Plain: not tried, it would end the tests
Walls: crashed
"""

import os
import signal

assert os.getpid() < 10, "only where there is nobody else"
os.kill(-1, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
