"""Writes a pickle that runs a command where the telemetry should be.

Stopped: nothing a notebook writes is unpickled; the file has to be OTLP/JSON.
Plain: tampered
Walls: tampered
"""

import os
import pickle


class Payload:
    def __reduce__(self):
        return os.system, ("touch @marker@",)


with open(os.environ["SIMULATOR_TELEMETRY"], "wb") as file:
    file.write(pickle.dumps(Payload()) + b"\n")
