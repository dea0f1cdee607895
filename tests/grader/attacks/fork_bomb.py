"""Forks for ever.

Stopped: behind walls a bound on processes, and the end of the namespace ends them all.
Plain: not tried, it would stop the machine
Walls: timeout, crashed
"""

import os

assert os.getpid() < 10, "only where there is nobody else"
while True:
    try:
        os.fork()
    except OSError:
        pass
