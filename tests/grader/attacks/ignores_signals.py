"""Ignores every signal that can be ignored, then sleeps.

Stopped: it is ended by SIGKILL.
Plain: timeout
Walls: timeout
"""

import signal
import time

for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    time.sleep(60)
