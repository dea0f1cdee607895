"""Without threads, as under Pyodide: pool tasks run in place, and simulated time overlaps as it does elsewhere."""

import pytest

from tests.simulator.conftest import Fresh

NO_THREADS = """
import sys, threading
sys.platform = "emscripten"
sys.modules["psutil"] = None  # not there either
def refuse(*args, **kwargs):
    raise RuntimeError("can't start new thread")
threading._start_new_thread = threading._start_joinable_thread = refuse  # the name until 3.12, and from 3.13 on
"""
POOL = """
import contextvars, time
from concurrent.futures import ThreadPoolExecutor, as_completed
from simulator import clock, serve
word = contextvars.ContextVar("word", default="empty")

def look_up(length_s):
    time.sleep(length_s)
    return word.get()

def answer(request):
    word.set("mine")
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(look_up, s) for s in (0.3, 0.1, 0.1)]
        ends = [round((time.time_ns() - request.at_ns) / 1e9, 6) for future in as_completed(futures)]
    assert ends == [0.1, 0.2, 0.3], ends
    assert {future.result() for future in futures} == {"empty"}
    failing = ThreadPoolExecutor(1).submit(divmod, 1, 0)
    assert isinstance(failing.exception(), ZeroDivisionError)

print(serve(answer).answered)
"""
RECORD = """
from simulator import Client, record, serve
tracer, client = record("06"), Client()
def answer(request):
    with tracer.start_as_current_span("chat"):
        client.chat.completions.create(model=request.model, messages=request.messages)
print(serve(answer).requests)
"""
OWN_PROVIDER = """
import simulator
from opentelemetry.sdk.trace import TracerProvider
TracerProvider()
print(120)
"""


@pytest.mark.parametrize("script", [POOL, RECORD, OWN_PROVIDER])
def test_a_run_needs_no_thread(fresh: Fresh, script: str) -> None:
    assert fresh(NO_THREADS + script) == "120\n"


def test_the_test_would_notice_a_thread(fresh: Fresh) -> None:
    assert "can't start" in fresh(
        NO_THREADS + "try:\n    threading.Thread().start()\nexcept RuntimeError as e: print(e)"
    )
