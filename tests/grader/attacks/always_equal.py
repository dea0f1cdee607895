"""A value that says it is equal to everything.

Stopped: telemetry crosses as JSON; the judge compares plain values of its own.
Plain: failed
Walls: failed
"""

from simulator import record, serve

tracer = record("06")


class Equal(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = str.__hash__


def answer(request):
    with tracer.start_as_current_span("chat") as span:
        for name in ("gen_ai.operation.name", "gen_ai.request.model", "gen_ai.prompt.name", "app.prompt.hash"):
            span.set_attribute(name, Equal("chat"))


serve(answer)
