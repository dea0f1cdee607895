"""Sends its calls at a moment with 4,300 digits, which no JSON holds once a latency is added.

Stopped: the simulator refuses times that OpenTelemetry could not write down, before they reach its ledger.
Plain: failed
Walls: failed
"""

from simulator import record, serve
from simulator.scenario import ScenarioError
from simulator.session import current_engine

tracer = record("06")
engine = current_engine()


def answer(request):
    for at_ns in (int("9" * 4_300), 10**400, -1, 1 << 63):
        try:
            engine.attempt({"model": request.model, "messages": request.messages}, at_ns, 60)
        except ScenarioError:
            pass
    tracer.start_span("chat", attributes={"gen_ai.operation.name": "chat"}).end()


serve(answer)
