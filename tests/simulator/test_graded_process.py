"""A graded process: the engine lives elsewhere, and neither client nor OpenAI's client can tell."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.simulator.conftest import ROOT, lines_of

SCRIPT = """
from simulator import APIError, Client, record, serve
from simulator.edges.openai_transport import openai_client
tracer = record("06")
ours, theirs = Client(), openai_client()

def ask(request, client, **more):
    with tracer.start_as_current_span("chat"):
        return client.chat.completions.create(model=request.model, messages=request.messages, **more)

def answer(request):
    ask(request, ours)
    ask(request, theirs)
    for client in (ours, theirs):
        for number, chunk in enumerate(ask(request, client, stream=True)):
            if number == 3:
                break

serve(answer, seed=1)
"""


def play(folder: Path, seed: int) -> tuple[list[dict[str, Any]], bytes]:
    """Run the script against an engine in another process; returns the engine's ledger and the telemetry."""
    script = folder / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    theirs, ours = socket.socketpair()
    engine = subprocess.Popen(
        [sys.executable, "-m", "simulator", "engine", "--fd", str(theirs.fileno())],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, pass_fds=(theirs.fileno(),),
    )  # fmt: skip
    assert engine.stdin is not None
    engine.stdin.write(json.dumps({"scenario": "call_site", "seed": seed}) + "\n")
    engine.stdin.flush()
    telemetry = folder / "telemetry.jsonl"
    variables = {"PYTHONPATH": str(ROOT), "SIMULATOR_FD": str(ours.fileno()), "SIMULATOR_TELEMETRY": str(telemetry)}
    learner = subprocess.run(
        [sys.executable, script], cwd=folder, env=os.environ | variables, pass_fds=(ours.fileno(),),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert learner.returncode == 0, learner.stderr
    ledger, _ = engine.communicate(timeout=30)
    theirs.close()
    ours.close()
    return [json.loads(line) for line in ledger.splitlines()], telemetry.read_bytes()


def test_spans_and_the_engines_ledger_agree_and_repeat(tmp_path: Path) -> None:
    ledger, telemetry = play(tmp_path, seed=2**63 + 11)
    attempts = [line for line in ledger if line["kind"] == "attempt"]
    spans = [
        span
        for line in lines_of(tmp_path / "telemetry.jsonl")
        for span in line["resourceSpans"][0]["scopeSpans"][0]["spans"]
    ]
    assert [int(span["startTimeUnixNano"]) for span in spans] == [entry["sent_at_ns"] for entry in attempts]
    assert len(attempts) > 200
    read = {entry["chunks_read"] for entry in attempts if entry["streamed"]}
    assert read == {4}
    assert not list(tmp_path.rglob("ledger.jsonl"))
    assert play(tmp_path, seed=2**63 + 11) == (ledger, telemetry)
