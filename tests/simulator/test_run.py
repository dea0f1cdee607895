"""A run: what counts as answered, what ends it, and that the same seed repeats it byte for byte."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from simulator import APIError, Client, clock, serve
from simulator.run import Request
from simulator.scenario import ScenarioError
from tests.simulator.conftest import lines_of, run_script

WHOLE = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from opentelemetry import _logs, metrics
from simulator import APIError, Client, record, serve

tracer, client = record("06"), Client()
calls = metrics.get_meter("mine").create_counter("calls")
logger = _logs.get_logger("mine")

def look_up(length_s):
    with tracer.start_as_current_span("look up"):
        time.sleep(length_s)

def answer(request):
    with tracer.start_as_current_span("request", attributes={"id": request.id}):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(look_up, [0.2, 0.1, 0.3]))
        for attempt in (1, 2, 3):
            try:
                with tracer.start_as_current_span("chat"):
                    calls.add(1, {"attempt": attempt})
                    stream = client.chat.completions.create(
                        model=request.model, messages=request.messages, stream=attempt == 1)
                    for number, chunk in enumerate(stream if attempt == 1 else ()):
                        if number == 7:
                            break
                return
            except APIError as error:
                logger.emit(event_name="retry", body=str(error))
                time.sleep(attempt)

serve(answer, seed=int(sys.argv[1]))
"""


def files_of(folder: Path) -> list[bytes]:
    return [(folder / "runs" / "06" / name).read_bytes() for name in ("telemetry.jsonl", "ledger.jsonl")]


def test_two_runs_with_one_seed_repeat_byte_for_byte_and_another_seed_differs(tmp_path: Path) -> None:
    """In one folder: a recorded exception holds the script's path."""
    played = []
    for seed in ("5", "5", "6"):
        run_script(tmp_path, WHOLE, seed)
        played.append(files_of(tmp_path))
    assert played[0] == played[1]
    assert all(len(content) > 10_000 for content in played[0])
    assert played[0][0] != played[2][0]
    assert played[0][1] != played[2][1]


def test_the_next_run_of_one_process_repeats_the_first(tmp_path: Path) -> None:
    run_script(tmp_path, WHOLE, "5")
    once = files_of(tmp_path)
    run_script(tmp_path, WHOLE + "serve(answer, seed=8)\nserve(answer, seed=5)\n", "5")
    assert files_of(tmp_path) == once


def outcomes(folder: Path) -> list[str]:
    ledger = lines_of(folder / "runs" / "practice" / "ledger.jsonl")
    return [line["outcome"] for line in ledger if line["kind"] == "request"]


def test_a_request_is_as_the_customer_sent_it(apart: Path) -> None:
    seen: list[Request] = []
    summary = serve(seen.append)
    assert (summary.requests, summary.answered, summary.failed) == (120, 120, 0)
    assert str(summary).startswith("120 requests: 120 answered, 0 ended in an API error. Telemetry: ")
    ledger = [line for line in lines_of(apart / "runs/practice/ledger.jsonl") if line["kind"] == "request"]
    assert [(one.id, one.at_ns, one.prompt.sha256) for one in seen] == [
        (line["id"], line["at_ns"], line["template_sha256"]) for line in ledger
    ]
    for one in seen:
        assert one.prompt.sha256 == hashlib.sha256(one.prompt.template.encode()).hexdigest()
        assert "{documents}" in one.prompt.template
        system, *earlier, user = one.messages
        assert all(document in system["content"] for document in one.documents)
        assert [message["content"] for message in earlier] == ([one.thread] if one.thread else [])
        assert (system["role"], user) == ("system", {"role": "user", "content": one.question})
    for one, line in zip(seen, ledger, strict=True):
        assert (one.tenant, one.model, one.order_id) == (line["tenant"], line["model"], line["order_id"])
        assert (one.order_id is not None) == (one.prompt.name == "order-status")
    assert {bool(one.thread) for one in seen} == {True, False}


def test_each_request_begins_when_it_arrived(apart: Path) -> None:
    begun: list[tuple[int, int | None]] = []

    def answer(request: Request) -> None:
        begun.append((request.at_ns, clock.now_ns()))
        clock.sleep(500)

    serve(answer)
    assert all(arrived == now for arrived, now in begun)


def test_an_api_error_that_leaves_the_function_is_a_failed_request(apart: Path) -> None:
    class ForeignAPIError(Exception):
        """As OpenAI's client raises them: a class of the same name, and no base in common with ours."""

    foreign = type("APIError", (ForeignAPIError,), {})

    def answer(request: Request) -> None:
        if request.id == "r-0002":
            raise APIError("no")
        if request.id == "r-0003":
            raise foreign

    summary = serve(answer)
    assert (summary.answered, summary.failed) == (118, 2)
    assert outcomes(apart)[:4] == ["answered", "failed", "failed", "answered"]


@pytest.mark.parametrize("kind", [LookupError, KeyboardInterrupt, SystemExit])
def test_any_other_exception_ends_the_run_and_the_ledger_is_written(apart: Path, kind: type[BaseException]) -> None:
    def answer(request: Request) -> None:
        Client().chat.completions.create(model="lumen-small", messages=request.messages, timeout=None)
        if request.id == "r-0003":
            raise kind("mine")

    with pytest.raises((kind, APIError)):
        serve(answer, seed=2)
    assert outcomes(apart)[-1] == "open"


def test_serving_inside_a_run_is_refused(apart: Path) -> None:
    with pytest.raises(RuntimeError, match="serve was called during a run"):
        serve(lambda request: serve(lambda inner: None))


def test_an_async_function_is_refused(apart: Path) -> None:
    async def answer(request: Request) -> None: ...

    with pytest.raises(TypeError, match="async function"):
        serve(answer)


def test_a_scenario_that_is_not_there_leaves_the_last_run_alone(apart: Path) -> None:
    serve(lambda request: None)
    before = (apart / "runs/practice/ledger.jsonl").read_bytes()
    with pytest.raises(ScenarioError, match="no scenario 'x'"):
        serve(lambda request: None, "x")
    assert (apart / "runs/practice/ledger.jsonl").read_bytes() == before


def test_a_graded_process_writes_no_ledger(apart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.session.connect", lambda: None)
    monkeypatch.setenv("SIMULATOR_FD", "3")
    monkeypatch.setenv("SIMULATOR_TELEMETRY", str(apart / "elsewhere.jsonl"))
    serve(lambda request: None)
    assert [path.name for path in apart.rglob("*.jsonl")] == ["elsewhere.jsonl"]


def test_the_public_names_are_all_there() -> None:
    import simulator

    exported: list[Any] = [getattr(simulator, name) for name in simulator.__all__]
    assert None not in exported
