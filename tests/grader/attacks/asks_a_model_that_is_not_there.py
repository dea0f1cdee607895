"""Asks for a model that does not exist, so that every call is refused and looks alike.

Stopped: a pass needs answers: a third of all requests at least.
Plain: failed
Walls: failed
"""

import hashlib

from opentelemetry.trace import SpanKind, StatusCode

from simulator import Client, NotFoundError, record, serve

tracer = record("06")
client = Client()


def answer(request):
    with tracer.start_as_current_span("chat", kind=SpanKind.CLIENT) as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.provider.name", "lumen")
        span.set_attribute("gen_ai.request.model", "nobody")
        span.set_attribute("gen_ai.prompt.name", request.prompt.name)
        span.set_attribute("gen_ai.prompt.version", request.prompt.version)
        span.set_attribute("app.prompt.hash", hashlib.sha256(request.prompt.template.encode()).hexdigest())
        span.set_attribute("error.type", "404")
        span.set_status(StatusCode.ERROR)
        try:
            client.chat.completions.create(model="nobody", messages=[{"role": "user", "content": "x"}])
        except NotFoundError:
            pass


serve(answer)
