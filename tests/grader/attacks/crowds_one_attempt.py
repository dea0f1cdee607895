"""Writes a twenty thousand spans that all lie where one attempt was, for the judge to match with each other.

Stopped: a span is held against its nearest attempts only, and a graded notebook may write 32 MB.
Plain: failed
Walls: failed
"""

import os

from simulator import APIError, Client, record, serve

record("06")
client = Client()
moments_ns = []


def answer(request):
    moments_ns.append(request.at_ns)
    try:
        client.chat.completions.create(model=request.model, messages=request.messages)
    except APIError:
        pass


serve(answer)
chat = '"attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}]'
at_ns = moments_ns[60]
with open(os.environ["SIMULATOR_TELEMETRY"], "w") as file:
    spans = (
        f'{{"traceId":"0","spanId":"0","startTimeUnixNano":{at_ns + n},"endTimeUnixNano":{at_ns + n},{chat}}}'
        for n in range(20_000)
    )
    file.write(f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{",".join(spans)}]}}]}}]}}\n')
