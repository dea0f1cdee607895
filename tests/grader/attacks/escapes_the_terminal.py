"""Puts terminal commands, markup and formulas into every name it can.

Stopped: texts of a notebook are cleaned before a terminal, a page or a table sees them.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")

EVIL = "\x1b[2J\x1b]0;mine\x07\r\u202e<script>alert(1)</script>=cmd()|' /C calc'!A0"


def answer(request):
    with tracer.start_as_current_span(EVIL) as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.request.model", EVIL)
        span.set_attribute("app.prompt.hash", EVIL)


serve(answer)
