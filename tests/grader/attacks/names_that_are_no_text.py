"""Puts halves of characters into names, attributes and errors: text that cannot be written down as UTF-8.

Stopped: what is told of telemetry is written with such halves spelled out.
Plain: crashed
Walls: crashed
"""

import json
import os

from simulator import Client, record, serve

record("06")
client = Client()
HALF = "\ud800"


def answer(request):
    try:
        client.chat.completions.create(model=HALF, messages=[{"role": "user", "content": HALF}])
    except Exception:
        pass


serve(answer)
span = {"traceId": HALF, "spanId": HALF, "name": HALF, "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
span["attributes"] = [{"key": HALF, "value": {"stringValue": HALF}}]
with open(os.environ["SIMULATOR_TELEMETRY"], "w") as file:
    file.write(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}) + "\n")
raise RuntimeError(HALF)
