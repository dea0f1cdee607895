"""Sends SIGKILL and SIGSTOP to its parent.

Stopped: behind walls its parent is the first process of its own namespace, and the judge takes that for a
crash. Without walls the judge dies without a verdict, which is no pass.
Plain: not tried, it would end the tests
Walls: crashed, failed, timeout
"""

import os
import signal

assert os.getpid() < 10, "only where there is nobody else"
for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
    try:
        os.kill(os.getppid() or 1, number)
    except OSError:
        pass
raise SystemExit(1)
