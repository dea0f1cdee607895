"""Raises what pytest takes for a wish to stop with success, and what it takes for a skip.

Stopped: no pytest runs a notebook.
Plain: crashed
Walls: crashed
"""

import pytest

try:
    pytest.skip("not today", allow_module_level=True)
except BaseException:
    pytest.exit("fine", returncode=0)
