"""A notebook that looks for seed, ledger and expected values wherever it can, and finds none of them."""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import simulator
from grader.children import launch_plainly
from grader.judge import Grading, grade_cells
from grader.labs import find_lab
from grader.notebook import Cell
from grader.sandbox import prepare
from simulator.chance import Chance
from simulator.engine import Engine
from simulator.ledger import to_lines
from simulator.scenario import load_scenario
from simulator.traffic import Traffic

SEED = 0x5EED_0F_A_5EC4E7_99

# The attacker is as able as we could make it: whatever it finds, it emits as attributes of one span, and it forges the
# spans that a ledger would let it forge.
ATTACK = r"""
import gc, glob, json, os, re, socket, sys, tempfile, traceback
from simulator import record, serve
import simulator

loot = {}

def note(place, found):
    loot.setdefault(place, []).append(str(found)[:200])

def look_like_truth(text):
    return any(word in text for word in ('"seed"', "sent_at_ns", "template_sha256", "answered_by", "SEED"))

# 1. Its own environment, arguments, and what it inherited.
note("environment", json.dumps({k: v for k, v in os.environ.items() if look_like_truth(k + v)}))
for fd in range(3, 64):
    try:
        if look_like_truth(os.pread(fd, 100000, 0).decode(errors="replace")):
            note("inherited file", fd)
    except OSError:
        pass

# 2. Files: the scratch folder, temporary folders, the labs, the working copies.
for root in (os.getcwd(), tempfile.gettempdir(), os.path.dirname(os.path.dirname(simulator.__file__))):
    for pattern in ("*ledger*", "*/*ledger*", "*/*/*ledger*", "*seed*", "*/*seed*"):
        for path in glob.glob(os.path.join(root, pattern)):
            if path.endswith((".jsonl", ".json")):
                try:
                    with open(path) as file:
                        note("file", " ".join(re.findall(r"\d{15,}", file.read())[:9]))  # seeds, and moments
                except OSError:
                    pass

# 3. Every other process: arguments, environment, open files, memory.
for pid in filter(str.isdigit, os.listdir("/proc")) if os.path.isdir("/proc") else ():
    if int(pid) == os.getpid():
        continue
    try:
        line = open(f"/proc/{pid}/cmdline", "rb").read().decode(errors="replace")
    except OSError:
        continue
    relative = int(pid) == os.getppid() or "simulator" in line
    if look_like_truth(line):
        note("arguments", line)
    for path in (f"/proc/{pid}/environ", f"/proc/{pid}/mem", *(f"/proc/{pid}/fd/{fd}" for fd in range(64))):
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            if relative:
                note("readable", path + " of " + line)
        except OSError:
            pass

# 4. Its own memory: objects, frames, modules.
for thing in gc.get_objects():
    if type(thing).__name__ in ("Engine", "Ledger", "AttemptEntry", "Chance", "Asked"):
        note("object", type(thing).__name__)
frame = sys._getframe()
while frame is not None:
    if look_like_truth(" ".join(map(str, frame.f_locals))) and frame.f_code.co_filename.startswith("/"):
        note("frame", frame.f_code.co_filename)
    frame = frame.f_back

# 5. The pipe: every word it might know.
import threading
from simulator.session import current_engine
engine = current_engine()
for word in ("ledger", "entries", "seed", "_seed", "__dict__", "__class__", "_start", "ledger.entries", "_provider"):
    for arguments in ((), (1,), ("seed",)):
        try:
            note("pipe", engine._ask(word, *arguments))
        except Exception:
            pass

# 6. Forge: spans for whatever was found.
tracer = record("06")
serve(lambda request: None)
with tracer.start_as_current_span("chat loot", attributes={"gen_ai.operation.name": "chat"}) as span:
    for place, found in loot.items():
        span.set_attribute("loot." + place, json.dumps(found))
"""


@pytest.fixture(scope="module", params=[None, launch_plainly], ids=["walls", "plain"])
def attacked(request: pytest.FixtureRequest) -> Iterator[Grading]:
    """The attack, behind the walls that this machine has and without them."""
    children = partial(prepare, "call_site", SEED, request.param)
    yield grade_cells(find_lab("06"), (Cell("code", ATTACK, 1),), SEED, prepared=children)


def _loot(grading: Grading) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for line in grading.telemetry.decode().splitlines():
        for group in json.loads(line).get("resourceSpans", ()):
            for scope in group["scopeSpans"]:
                for span in scope["spans"]:
                    for pair in span.get("attributes", ()):
                        attributes[pair["key"]] = pair["value"].get("stringValue", "")
    return {key: value for key, value in attributes.items() if key.startswith("loot.")}


def test_the_attacker_ran_to_its_end_and_got_no_pass(attacked: Grading) -> None:
    assert attacked.report.verdict == "failed", attacked.report.message
    assert "loot.environment" in _loot(attacked)


def test_neither_environment_nor_arguments_nor_files_hold_seed_or_ledger(attacked: Grading) -> None:
    loot = _loot(attacked)
    assert loot["loot.environment"] == json.dumps(["{}"])
    assert "loot.arguments" not in loot
    assert "loot.inherited file" not in loot
    # Ledgers of other runs may lie about on this machine: what counts is the seed and the moments of this one.
    secrets = {str(SEED), *(str(asked.at_ns) for asked in Traffic(load_scenario("call_site"), Chance(SEED)).requests())}
    assert secrets.isdisjoint(" ".join(json.loads(loot.get("loot.file", "[]"))).split())


def test_a_ledger_in_a_folder_of_the_machine_would_be_noticed(tmp_path: Path) -> None:
    """The attack reads what lies there, and what it reads of a ledger gives the run away."""
    engine = Engine("call_site", SEED)
    engine.begin("call_site", SEED)
    asked = engine.next_request()
    assert asked is not None
    (tmp_path / "ledger.jsonl").write_text("".join(to_lines(engine.ledger.entries())), encoding="utf-8")
    search = ATTACK[ATTACK.index("# 2. ") : ATTACK.index("# 3. ")].replace("tempfile.gettempdir()", repr(str(tmp_path)))
    loot: dict[str, list[str]] = {}
    known = {"glob": glob, "os": os, "re": re, "simulator": simulator}
    exec(search, known | {"note": lambda place, found: loot.setdefault(place, []).append(found)})
    assert str(asked["at_ns"]) in " ".join(loot["file"]).split()


def test_the_judge_and_the_simulator_cannot_be_read_through_proc(attacked: Grading) -> None:
    assert "loot.readable" not in _loot(attacked)


def test_no_engine_or_ledger_object_lives_in_the_learners_process(attacked: Grading) -> None:
    loot = _loot(attacked)
    assert "loot.object" not in loot
    assert "loot.frame" not in loot


def test_the_pipe_has_no_word_for_seed_or_ledger(attacked: Grading) -> None:
    assert "loot.pipe" not in _loot(attacked)


def test_nothing_that_was_found_contains_the_seed(attacked: Grading) -> None:
    assert str(SEED) not in attacked.telemetry.decode()
    assert f"{SEED:x}" not in attacked.telemetry.decode().lower()


def test_a_notebook_that_replays_the_ledger_of_a_practice_run_fails(tmp_path: Path) -> None:
    replay = Cell(
        "code",
        """
from simulator import record, serve
from simulator.engine import Engine
tracer = record("06")
known = Engine()                      # the engine that practice uses, with its known seed
known.begin("call_site", 1)
serve(lambda request: None)
while (asked := known.next_request()) is not None:
    messages = [{"role": "user", "content": "x"}]
    known.attempt({"model": asked["model"], "messages": messages}, asked["at_ns"], 10.0)
for attempt in known.ledger.attempts:
    span = tracer.start_span("chat", start_time=attempt.sent_at_ns)
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.response.id", attempt.response_id or "")
    span.end(attempt.ended_at_ns)
""",
        1,
    )
    report = grade_cells(find_lab("06"), (replay,), SEED).report
    assert report.verdict == "failed"
    assert report.checks[0].outcome == "failed"


def test_a_notebook_that_rewrites_the_checks_gets_no_pass(tmp_path: Path) -> None:
    real = find_lab("06")
    folder = tmp_path / "labs" / real.folder.name
    shutil.copytree(real.folder, folder)
    rewrite = Cell("code", f"open({str(folder / 'checks.py')!r}, 'a').write('# mine')", 1)
    plain = partial(prepare, real.scenario, SEED, launch_plainly)
    report = grade_cells(replace(real, folder=folder), (*real.reference, rewrite), SEED, prepared=plain).report
    assert report.verdict == "tampered"
    assert "06_wrap_one_call_site/checks.py changed while it was graded" in report.message
