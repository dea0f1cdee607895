"""Finds the lab's master file beside the simulator and runs the reference solution out of it.

Stopped: behind walls the labs are not there. Without walls a learner who wants to read the solution can: `grade
06 --solution` shows it anyway.
Plain: not tried, the file is the learner's to read
Walls: crashed
"""

import pathlib

import simulator

root = pathlib.Path(simulator.__file__).parents[1]
text = (root / "labs" / "06_wrap_one_call_site" / "master.py").read_text()
text = text.replace("# !grade 06", "").replace("#: ", "# ")
exec(compile(text, "master", "exec"), {})
