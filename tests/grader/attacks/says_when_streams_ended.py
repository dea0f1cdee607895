"""Begins streams, says that it read them to their end at once, and emits spans that last a nanosecond.

Stopped: a stream has not ended before its last chunk was sent, whatever its reader says; one that nobody read is no
answer.
Plain: failed
Walls: failed
"""

import hashlib

from opentelemetry.trace import SpanKind, StatusCode

from simulator import clock, record, serve
from simulator.session import current_engine

tracer = record("06")
engine = current_engine()


def answer(request):
    sent_ns = ended_ns = clock.time_ns()
    span = tracer.start_span("chat", kind=SpanKind.CLIENT, start_time=sent_ns)
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.provider.name", "lumen")
    span.set_attribute("gen_ai.request.model", request.model)
    span.set_attribute("gen_ai.prompt.name", request.prompt.name)
    span.set_attribute("gen_ai.prompt.version", request.prompt.version)
    span.set_attribute("app.prompt.hash", hashlib.sha256(request.prompt.template.encode()).hexdigest())
    body = {"model": request.model, "messages": request.messages, "stream": True}
    reply = engine.attempt(body, sent_ns, 60)
    if "chunks" in reply:
        chunks = [chunk for _, chunk in reply["chunks"]]
        reasons = [chunk["choices"][0]["finish_reason"] for chunk in chunks if chunk["choices"]]
        span.set_attribute("gen_ai.response.model", chunks[0]["model"])
        span.set_attribute("gen_ai.response.finish_reasons", reasons[-1:])
        span.set_attribute("gen_ai.usage.input_tokens", reply["usage"]["prompt_tokens"])
        span.set_attribute("gen_ai.usage.output_tokens", reply["usage"]["completion_tokens"])
        ended_ns += 1
        engine.close_stream(reply["stream"], ended_ns, len(chunks))
    else:
        ended_ns += round(reply["latency_s"] * 1e9)
        span.set_attribute("error.type", str(reply["status"] or "timeout"))
        span.set_status(StatusCode.ERROR)
    span.end(ended_ns)


serve(answer)
