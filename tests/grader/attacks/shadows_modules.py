"""Writes a json.py and a pytest.py into its folder for somebody else to import.

Stopped: the judge starts every Python apart from the current folder and the user's own settings.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import pathlib

for name in ("json", "pytest", "random", "simulator", "opentelemetry"):
    pathlib.Path(f"{name}.py").write_text("import os\nos.system('touch @marker@')\n")
serve(lambda request: None)
