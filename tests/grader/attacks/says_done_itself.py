"""Writes the word "done" into the pipe on which the judge learns how it ended, then loops.

Stopped: after "done" the process has to end, within the time limit, with exit code 0.
Plain: timeout
Walls: timeout
"""

import os
import stat

for fd in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            os.write(fd, b'{"done": true}\n')
    except OSError:
        pass
while True:
    pass
