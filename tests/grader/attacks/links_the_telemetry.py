"""Puts a link to somebody else's file where its telemetry should be.

Stopped: links are not followed, pipes and devices not opened.
Plain: failed
Walls: crashed
"""

import os

os.symlink("@lab@/checks.py", os.environ["SIMULATOR_TELEMETRY"])
