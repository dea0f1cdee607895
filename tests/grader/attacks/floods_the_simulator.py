"""Asks the simulator for answers outside the run, as fast as it can, without end.

Stopped: the time limit; calls outside the run are no run.
Plain: timeout
Walls: timeout
"""

from simulator.session import current_engine

engine = current_engine()
while True:
    engine.attempt({"model": "lumen-mid", "messages": [{"role": "user", "content": "x"}]}, 0, 10.0)
