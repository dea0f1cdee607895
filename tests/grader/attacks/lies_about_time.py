"""Sets the clocks of its own process back and stops them.

Stopped: spans are held against the simulator's own times.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import time

time.time_ns = lambda: 1
time.time = lambda: 1.0
serve(lambda request: tracer.start_span("chat", attributes={"gen_ai.operation.name": "chat"}).end())
