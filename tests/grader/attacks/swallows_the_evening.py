"""Catches the error that ends its own evening, and plays only the customers it likes.

Stopped: a pass needs a run that was played to its end.
Plain: failed, crashed
Walls: failed, crashed
"""

from simulator import record
from simulator.session import current_engine

tracer = record("06")
engine = current_engine()
engine.begin("call_site", 5)
asked = engine.next_request()
with tracer.start_as_current_span("chat", attributes={"gen_ai.operation.name": "chat"}):
    engine.attempt({"model": asked["model"], "messages": [{"role": "user", "content": "x"}]}, asked["at_ns"], 10.0)
engine.close_request("answered")
