"""Plants conftest.py, pytest.ini and sitecustomize.py wherever a pytest might look.

Stopped: the checks run with a configuration of their own, from a folder the notebook does not choose.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import os
import pathlib

conftest = "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"
for folder in (pathlib.Path.cwd(), pathlib.Path(os.environ["HOME"])):
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    for name in ("conftest.py", "sitecustomize.py"):
        (folder / name).write_text(conftest)
serve(lambda request: None)
