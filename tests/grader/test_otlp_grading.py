"""Grading a program: what is said, and which verdict it gets, whatever the program does or leaves undone.

Whole evenings, which take real seconds, are played in tests/real/test_otlp_programs.py.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from grader.evidence import Evidence
from grader.judge import Grading
from grader.labs import find_lab
from grader.otlp import grading
from grader.otlp.fake_server import FakeServer
from grader.otlp.grading import grade_program
from grader.otlp.program import Program, variables
from grader.otlp.receiver import Receiver
from grader.telemetry import read_lines

LAB = find_lab("06")
POST = """
import json, os, sys, time, urllib.request
MODEL, TELEMETRY = os.environ["OPENAI_BASE_URL"], os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
TRAFFIC = MODEL.removesuffix("/v1") + "/traffic/"
def post(address, body={}):
    request = urllib.request.Request(address, json.dumps(body).encode(), {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))
def ask(request):
    messages = [{"role": "user", "content": request["question"]}]
    return post(MODEL + "/chat/completions", {"model": request["model"], "messages": messages})
def send(**span):
    named = {"traceId": "0" * 31 + "1", "spanId": "0" * 15 + "1", "name": "chat", "kind": 3}
    times = {"startTimeUnixNano": time.time_ns(), "endTimeUnixNano": time.time_ns()}
    post(TELEMETRY + "/v1/traces", {"resourceSpans": [{"scopeSpans": [{"spans": [named | times | span]}]}]})
"""


def graded(code: str, *, time_limit_s: float | None = 20.0) -> tuple[Grading, list[str]]:
    said: list[str] = []
    command = [sys.executable, "-c", POST + code]
    return grade_program(LAB, 7, command=command, time_limit_s=time_limit_s, say=said.append), said


def test_both_addresses_and_the_variables_are_said_to_a_person_who_starts_the_program() -> None:
    said: list[str] = []
    found = grade_program(LAB, 7, time_limit_s=0.5, say=said.append)
    text = "\n".join(said)
    for name in (
        "OPENAI_BASE_URL=http://127.0.0.1:",
        "OPENAI_API_KEY=unused",
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://127",
    ):
        assert f"export {name}" in text
    assert max(map(len, said)) <= 80
    assert found.report.verdict == "timeout"
    assert found.report.message.startswith("Nothing came in 0.5 s: no request and no telemetry.")
    assert found.report.exit_code == 1


def test_a_program_that_cannot_be_started_is_named() -> None:
    found = grade_program(LAB, 7, command=["./no-such-program"])
    assert (found.report.verdict, found.report.exit_code) == ("cannot-grade", 3)
    assert found.report.message == "The program ./no-such-program could not be started: No such file or directory."


def test_a_scenario_that_is_not_there_says_so() -> None:
    found = grade_program(replace(LAB, scenario="none"), 7, command=["true"])
    assert found.report.verdict == "cannot-grade"
    assert "There is no scenario 'none'" in found.report.message


def test_a_program_that_dies_is_told_how_far_it_came() -> None:
    found, _ = graded("post(TRAFFIC + 'begin'); post(TRAFFIC + 'next'); sys.exit(3)")
    assert (found.report.verdict, found.report.exit_code) == ("crashed", 1)
    assert found.report.message.startswith("The program ended with exit code 3 after 1 of 120 customers.")
    assert {result.outcome for result in found.report.checks} == {"blocked"}
    killed, _ = graded("os.kill(os.getpid(), 9)")
    assert killed.report.message.startswith("The program ended with signal SIGKILL after no customer.")


def test_a_program_that_writes_into_the_judges_files_is_found_out(tmp_path: Path) -> None:
    lab = replace(LAB, folder=tmp_path / LAB.folder.name)
    shutil.copytree(LAB.folder, lab.folder)
    found = grade_program(lab, 7, command=["sh", "-c", f"echo >> '{lab.checks_file}'"])
    assert found.report.verdict == "tampered"
    assert "checks.py" in found.report.message


def test_a_program_that_does_nothing_is_failed_and_told_what_is_missing() -> None:
    found, said = graded("")
    assert (found.report.verdict, found.report.exit_code) == ("failed", 1)
    assert "nobody asked for /traffic/begin" in found.report.message
    assert {result.outcome for result in found.report.checks} == {"blocked"}
    assert said[-1] == "Arrived: 0 spans, 0 log records and 0 metrics in 0 batches."


def test_telemetry_without_any_attempt_is_no_pass() -> None:
    found, _ = graded("send()")
    assert found.report.verdict == "failed"
    assert found.report.message.startswith("No customer was served: telemetry arrived, and")
    assert found.telemetry.count(b"\n") == 1


def test_calls_that_are_no_customers_are_no_pass() -> None:
    found, _ = graded("ask({'question': 'Hello?', 'model': 'lumen-mid'}); send()")
    assert found.report.verdict == "failed"
    assert (
        found.report.message == "The model was asked, and no customer was taken. Begin the evening at /traffic/begin."
    )


def test_telemetry_without_a_pause_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "QUIET_S", 0.5)
    code = """
post(TRAFFIC + 'begin')
while post(TRAFFIC + 'next')['request']: pass
while True: send(); time.sleep(0.2)
"""
    found, _ = graded(code, time_limit_s=4.0)
    assert found.report.verdict == "timeout"
    assert found.report.message.startswith("The evening was over, and telemetry still came after 4 s.")


def test_a_program_that_stops_early_is_told_how_far_it_came() -> None:
    found, _ = graded("post(TRAFFIC + 'begin'); ask(post(TRAFFIC + 'next')['request']); send()")
    assert found.report.verdict == "failed"
    assert found.report.message.startswith("The program ended after 1 of 120 customers.")


def test_an_evening_without_a_question_to_the_model_is_no_pass() -> None:
    found, _ = graded("post(TRAFFIC + 'begin')\nwhile post(TRAFFIC + 'next')['request']: pass\nsend()")
    assert found.report.verdict == "failed"
    assert found.report.message == (
        "All customers came, and none of their questions reached the model at /v1/chat/completions."
    )


def test_a_program_that_goes_on_for_too_long_is_ended_with_what_it_started() -> None:
    code = "import subprocess\npost(TRAFFIC + 'begin'); subprocess.Popen(['sleep', '300.125']); time.sleep(300)"
    found, _ = graded(code, time_limit_s=3.0)
    assert found.report.verdict == "timeout"
    assert found.report.message.startswith("After 3 s the evening was not over: 0 of 120 customers had been served.")
    assert not [one for one in psutil.process_iter(["cmdline"]) if "300.125" in (one.info["cmdline"] or ())]


def test_a_program_that_stays_is_judged_when_the_evening_is_over_and_it_is_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grading, "QUIET_S", 0.5)
    code = (
        "post(TRAFFIC + 'begin')\nwhile post(TRAFFIC + 'next')['request']: pass\ntime.sleep(1); send(); time.sleep(60)"
    )
    began_s = time.monotonic()
    found, _ = graded(code, time_limit_s=30.0)
    assert found.report.verdict == "failed"
    assert time.monotonic() - began_s < 15


def test_refused_telemetry_is_told_with_its_reason() -> None:
    found, said = graded("""
try: send(traceId="12")
except OSError: pass
""")
    assert found.report.notes == ("Telemetry refused once: The body is no OTLP/JSON: a traceId has 32 hex digits.",)
    assert said[-1].endswith("; refused: 1.")


def test_an_attempt_has_the_times_that_the_server_measured_on_the_real_clock() -> None:
    code = """
post(TRAFFIC + 'begin')
request = post(TRAFFIC + 'next')['request']
try:
    begun_ns = time.time_ns()
    answer = ask(request)
finally:
    send(startTimeUnixNano=begun_ns, endTimeUnixNano=time.time_ns())
"""
    with Receiver() as receiver, FakeServer("call_site", 7) as server:
        with Program([sys.executable, "-c", POST + code], variables(server.address, receiver.address)) as program:
            while program.exit_code is None:
                time.sleep(0.05)
        telemetry, ledger = read_lines(receiver.lines()), server.take_ledger()
    (call,) = Evidence(telemetry, ledger, grading.TOLERANCE_NS).calls
    lasted_s = (call.attempt.ended_at_ns - call.attempt.sent_at_ns) / 1e9
    assert 0.11 < lasted_s < 0.8
    assert abs(call.span.start_ns - call.attempt.sent_at_ns) < grading.TOLERANCE_NS
    assert abs(call.span.end_ns - call.attempt.ended_at_ns) < grading.TOLERANCE_NS
    assert ledger.expected_requests == 120


def _is_server(child: psutil.Process) -> bool:
    try:
        return "--judged" in child.cmdline()
    except psutil.Error:  # another test's, that has ended
        return False


def test_neither_command_line_nor_environment_of_the_server_tells_the_seed() -> None:
    seed = 2**63 + 123_456_789
    with FakeServer("call_site", seed):
        (server,) = (one for one in psutil.Process().children() if _is_server(one))
        assert str(seed) not in " ".join((*server.cmdline(), *server.environ().values()))


def test_ctrl_c_ends_the_program_and_the_server(tmp_path: Path) -> None:
    marker = tmp_path / "running"
    program = f"open({str(marker)!r}, 'w').close(); import time; time.sleep(300)"
    code = f"""
import sys
from grader.labs import find_lab
from grader.otlp.grading import grade_program
grade_program(find_lab("06"), 7, command=[sys.executable, "-c", {program!r}])
"""
    judge = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, env=dict(os.environ))
    until_s = time.monotonic() + 20
    while not marker.exists() and time.monotonic() < until_s:
        time.sleep(0.05)
    children = psutil.Process(judge.pid).children(recursive=True)
    assert len(children) == 2
    judge.send_signal(signal.SIGINT)
    _, words = judge.communicate(timeout=20)
    assert b"KeyboardInterrupt" in words
    _, left = psutil.wait_procs(children, timeout=5)
    assert left == []
