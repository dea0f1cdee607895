"""Simulated calls: how many a second, and what one span around them costs."""

import ast
import hashlib
import json
import statistics
from collections.abc import Callable, Iterator
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, StatusCode

from simulator import APIError, Client, clock
from simulator.engine import Engine
from simulator.prompts import Prompt
from simulator.run import Request
from tests.bench.measure import Row, in_turns, rounds
from tests.real.stack import ROOT

MANY = 200
ROUNDS = 101
LAB = ROOT / "labs" / "06_wrap_one_call_site" / "master.py"


def rows() -> Iterator[Row]:
    """Measure both."""
    with clock.simulated(1_795_200_000_000_000_000):
        yield _calls_a_second()
        yield _added_cost()


def _begun() -> tuple[Engine, Request]:
    """An engine in the middle of a run, and the request it is at."""
    engine = Engine()
    engine.begin("call_site", 1)
    asked = engine.next_request()
    assert asked is not None
    prompt = Prompt(**asked["prompt"])
    documents = tuple(asked["documents"])
    return engine, Request(asked["id"], asked["question"], prompt, documents, asked["model"], asked["at_ns"])


def _repeat(run: Callable[[], object]) -> Callable[[], None]:
    def many() -> None:
        for _ in range(MANY):
            try:
                run()
            except APIError:
                continue

    return many


def _calls_a_second() -> Row:
    engine, request = _begun()
    client = Client(engine=engine)
    model, messages = request.model, request.messages
    answer = client.chat.completions.create(model="lumen-small", messages=messages).model_dump()
    asked = {"model": model, "messages": messages}

    def round_trip() -> None:
        json.loads(json.dumps(asked))
        json.loads(json.dumps(answer))

    ours_s, reference_s = in_turns(
        ROUNDS,
        _repeat(lambda: client.chat.completions.create(model=model, messages=messages)),
        _repeat(round_trip),
    )
    ours, reference = MANY / ours_s, MANY / reference_s
    name = "simulated calls, in process, no telemetry"
    return Row(name, ours, reference, "JSON there and back, same size", "/s", ours, 20_000, at_least=True)


def _reference_functions(**names: Any) -> dict[str, Any]:
    """The functions of lab 06's solution, which its master file defines last."""
    tree = ast.parse(LAB.read_text(encoding="utf-8"))
    last = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    module = ast.Module(body=list(last.values()), type_ignores=[])
    exec(compile(module, str(LAB), "exec"), names)
    return names


def _added_cost() -> Row:
    """For an answered call: one outside a run, which never fails."""
    client, (_, request) = Client(engine=Engine()), _begun()
    tracer = TracerProvider().get_tracer("bench")
    names = {"hashlib": hashlib, "SpanKind": SpanKind, "StatusCode": StatusCode, "APIError": APIError}
    ask = _reference_functions(**names, tracer=tracer, client=client)["ask"]
    attributes = {f"gen_ai.attribute.{number}": "a value of usual length" for number in range(12)}

    def bare_call() -> None:
        client.chat.completions.create(model=request.model, messages=request.messages)

    def bare_span() -> None:
        with tracer.start_as_current_span("chat lumen-mid", kind=SpanKind.CLIENT) as span:
            for key, found in attributes.items():
                span.set_attribute(key, found)

    taken_s = rounds(ROUNDS, _repeat(lambda: ask(request, 1)), _repeat(bare_call), _repeat(bare_span))
    ours = statistics.median(with_s - without_s for with_s, without_s, _ in taken_s) / MANY * 1e6
    reference = statistics.median(span_s for _, _, span_s in taken_s) / MANY * 1e6
    ratio = statistics.median((with_s - without_s) / span_s for with_s, without_s, span_s in taken_s)
    name = "reference instrumentation, added to an answered call"
    return Row(name, ours, reference, "bare SDK span, 12 attributes", "µs", ratio, 1.5)
