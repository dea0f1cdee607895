"""Computes the key behind the first answer's id by turning the generator round, and with it all ids to come.

Stopped: each stream of chance has a key of its own, hashed from a seed of 64 bits: ids tell nothing about answers,
tokens or faults, and those are what is judged.
Plain: failed
Walls: failed
"""

from opentelemetry.trace import SpanKind

from simulator import APIError, Client, record, serve
from simulator.chance import bits

tracer = record("06")
client = Client()
MASK, GOLDEN = (1 << 64) - 1, 0x9E3779B97F4A7C15
asked = []
key = None


def undo_shift(z, by):
    found = z
    for _ in range(64 // by):
        found = z ^ (found >> by)
    return found


def key_of(drawn, index):
    z = undo_shift(drawn, 31) * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
    z = undo_shift(z, 27) * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
    return (undo_shift(z, 30) - (index + 1) * GOLDEN) & MASK


def answer(request):
    global key
    index = len(asked) * 64 + 1
    asked.append(request)
    try:
        response = client.chat.completions.create(model=request.model, messages=request.messages)
    except APIError:
        return
    if key is None:
        key = key_of(int(response.id.removeprefix("chatcmpl-"), 16), index)
    elif response.id != f"chatcmpl-{bits(key, index):016x}":
        raise RuntimeError("the next id was not computed")


serve(answer)
for number, request in enumerate(asked):
    span = tracer.start_span("chat", kind=SpanKind.CLIENT, start_time=request.at_ns)
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.response.id", f"chatcmpl-{bits(key, number * 64 + 1):016x}")
    span.end(request.at_ns + 1_000_000_000)
