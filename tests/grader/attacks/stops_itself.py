"""Stops itself with SIGSTOP, so that it neither ends nor runs.

Stopped: the time limit counts real time; SIGKILL ends a stopped process.
Plain: timeout
Walls: timeout
"""

import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
