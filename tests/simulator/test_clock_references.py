"""Clocks that somebody already holds by name when the simulator is imported follow simulated time too."""

import pytest

from tests.simulator.conftest import Fresh

EARLIER = """
from time import perf_counter, monotonic as now, sleep, time_ns as stamp
from timeit import default_timer
begun = perf_counter()
from simulator import serve
took = []
def answer(request):
    before = perf_counter(), now(), stamp() / 1e9, default_timer()
    sleep(0.5)
    took.append([b - a for a, b in zip(before, (perf_counter(), now(), stamp() / 1e9, default_timer()))])
    assert stamp() == request.at_ns + 500_000_000
serve(answer)
assert all(abs(t - 0.5) < 1e-6 for row in took for t in row), took[0]
assert perf_counter() - begun < 60
print(len(took))
"""

CELLS = """
import sys, types
main = types.ModuleType("__main__")
sys.modules["__main__"] = main
for cell in (
    "from time import perf_counter, sleep",
    "from simulator import serve",
    "took = []\\ndef answer(r):\\n    a = perf_counter(); sleep(0.25); took.append(perf_counter() - a)\\nserve(answer)",
    "print({round(t, 6) for t in took})",
):
    exec(compile(cell, "<cell>", "exec"), main.__dict__)
"""

SDK = """
import sys
def sdk():
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return provider.get_tracer("mine"), spans
if sys.argv[1] == "before":
    tracer, spans = sdk()
from simulator import serve
if sys.argv[1] == "after":
    tracer, spans = sdk()
import time
begun = {}
def answer(request):
    with tracer.start_as_current_span(request.id) as span:
        begun[request.id] = request.at_ns
        time.sleep(2)
        span.add_event("half")
        time.sleep(1)
serve(answer)
ended = spans.get_finished_spans()
assert [(s.start_time, s.events[0].timestamp, s.end_time) for s in ended] == [
    (begun[s.name], begun[s.name] + 2 * 10**9, begun[s.name] + 3 * 10**9) for s in ended
]
with tracer.start_as_current_span("outside"):
    pass
outside = spans.get_finished_spans()[-1]
assert abs(outside.start_time - time.time_ns()) < 10**10
print(len(ended))
"""


def test_names_taken_from_time_before_the_simulator_was_imported(fresh: Fresh) -> None:
    assert fresh(EARLIER) == "120\n"


def test_names_taken_from_time_in_an_earlier_cell(fresh: Fresh) -> None:
    assert fresh(CELLS) == "{0.25}\n"


@pytest.mark.parametrize("when", ["before", "after"])
def test_spans_of_the_sdk_have_simulated_times_whenever_it_was_imported(fresh: Fresh, when: str) -> None:
    assert fresh(SDK, when) == "120\n"
