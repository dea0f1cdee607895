"""A loop without an end.

Stopped: the time limit; the report names the cell.
Plain: timeout
Walls: timeout
"""

while True:
    pass
