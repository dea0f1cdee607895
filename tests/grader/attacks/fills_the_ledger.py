"""Asks for models whose names have 200,000 letters, so that the ledger fills the judge's memory.

Stopped: the ledger keeps the beginning of a name.
Plain: failed
Walls: failed
"""

from simulator import record, serve
from simulator.session import current_engine

tracer = record("06")
engine = current_engine()
NAME = "m" * 200_000


def answer(request):
    engine.attempt({"model": NAME, "messages": request.messages}, request.at_ns, 60)
    tracer.start_span("chat", attributes={"gen_ai.operation.name": "chat", "gen_ai.request.model": NAME[:100]}).end()


serve(answer)
