"""The learner's process under the judge's eyes: it ends, in time, alone, and says how."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from grader.notebook import Cell
from grader.ran import Ran
from grader.sandbox import SandboxError, run_notebook

FIND_STATUS = """
import os, stat
pipes = []
for fd in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            pipes.append(fd)
    except OSError:
        pass
"""
FILE = "import os\nfile = os.environ['SIMULATOR_TELEMETRY']\n"
SERVE = "from simulator import serve, record\ntracer = record('06')\nserve(lambda request: None)\n"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def run(*sources: str, limit_s: float = 20) -> Ran:
    cells = tuple(Cell("code", source, number) for number, source in enumerate(sources, start=1))
    return run_notebook(cells, "call_site", 6, limit_s, lambda: None)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_notebook_that_ends_well_is_done_and_leaves_ledger_and_telemetry() -> None:
    ran = run(SERVE + "tracer.start_span('one').end()")
    assert (ran.ending, ran.message) == ("done", "")
    assert len(ran.ledger.requests) > 50
    assert [span.name for span in ran.telemetry.spans] == ["one"]
    assert ran.raw.endswith(b"\n")


def test_a_loop_without_an_end_is_stopped_and_its_cell_named() -> None:
    began_s = time.monotonic()
    ran = run("x = 1", "while True: pass", limit_s=1.5)
    assert (ran.ending, ran.message) == (
        "timeout", "Cell 2 was still running after 1.5 s. Is there a loop without an end?",
    )  # fmt: skip
    assert time.monotonic() - began_s < 10


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import os; os._exit(0)", "Cell 2 ended Python itself (exit code 0)."),
        ("import os; os._exit(7)", "Cell 2 ended Python itself (exit code 7)."),
        ("import os; os.kill(os.getpid(), 9)", "Cell 2 ended Python itself (signal SIGKILL)."),
        ("import os; os.kill(os.getpid(), 40)", "Cell 2 ended Python itself (signal 40)."),
        ("import ctypes; ctypes.string_at(0)", "Cell 2 ended Python itself (signal SIGSEGV)."),
        ("import os; os.closerange(3, 64)", "Cell 2 ended Python itself (exit code 1)."),
        ("import os; os.closerange(0, 64)\nos._exit(0)", "Cell 2 ended Python itself (exit code 0)."),
        (
            "x = bytearray(3 * 2**30)",
            "Cell 2, line 1: x = bytearray(3 * 2**30). It asked for more than 2 GB of memory.",
        ),
        ("1 / 0", "Cell 2, line 1: 1 / 0. ZeroDivisionError: division by zero"),
    ],
)
def test_a_notebook_that_does_not_finish_is_told_by_cell_and_reason(source: str, told: str) -> None:
    ran = run("x = 1", source)
    assert ran.ending == "crashed"
    assert ran.message.startswith(told)


def test_a_flood_of_output_stops_nobody() -> None:
    assert (
        run("import sys\nfor _ in range(2000):\n    print('x' * 10_000)\n    sys.stderr.write('y' * 10_000)").ending
        == "done"
    )


GARBAGE = (
    "b'garbage\\xff\\n[1]\\n7\\nnull\\n'",
    'b\'{"cell": {"a": [1]}}\\n{"cell": "x"}\\n\'',
    "b'[' * 200_000 + b'\\n'",
    "b'no end of line' * 1000",
    "b'\\n\\n\\n'",
)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_on_the_status_pipe_is_passed_over(garbage: str) -> None:
    ran = run(FIND_STATUS + f"for fd in pipes:\n    os.write(fd, {garbage} + b'\\n')", "import os; os._exit(3)")
    assert (ran.ending, ran.message.split(".")[0]) == ("crashed", "Cell 2 ended Python itself (exit code 3)")


@pytest.mark.parametrize("error", ['{"error": 7}', '{"error": {"cell": 1, "line": 2, "kind": [3], "text": 4}}'])
def test_an_invented_error_is_still_a_crash(error: str) -> None:
    assert run(FIND_STATUS + f"for fd in pipes:\n    os.write(fd, {error.encode()!r} + b'\\n')").ending == "crashed"


def test_an_invented_end_does_not_hide_a_crash() -> None:
    ran = run(FIND_STATUS + "for fd in pipes:\n    os.write(fd, b'{\"done\": true}\\n')\nos._exit(4)")
    assert (ran.ending, "exit code 4" in ran.message) == ("crashed", True)


def test_a_flood_on_the_status_pipe_ends_with_the_time() -> None:
    began_s = time.monotonic()
    assert (
        run(FIND_STATUS + "while True:\n    for fd in pipes:\n        os.write(fd, b'x' * 60_000)", limit_s=1.5).ending
        == "timeout"
    )
    assert time.monotonic() - began_s < 15


@linux_only
def test_a_child_left_behind_is_ended() -> None:
    ran = run(
        FILE
        + "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "raise ValueError(f'pid {child.pid} ')"
    )
    pid = int(ran.message.split("pid ")[-1])
    assert ran.ending == "crashed"
    assert not alive(pid)


@pytest.mark.parametrize("leaves", ["", "os.setsid()"])
def test_a_forked_child_that_keeps_the_pipes_does_not_delay(leaves: str) -> None:
    began_s = time.monotonic()
    ran = run(
        f"import os, time\nif os.fork() == 0:\n    {leaves or 'pass'}\n    time.sleep(12)\n    os._exit(0)\nos._exit(5)"
    )
    assert (ran.ending, "exit code 5" in ran.message) == ("crashed", True)
    assert time.monotonic() - began_s < 9


REPLACED = {
    "a pipe": "os.mkfifo(file)",
    "a folder": "os.mkdir(file)",
    "a link to a file": "open(file + '.x', 'w').write('garbage')\nos.symlink(file + '.x', file)",
    "a link to a device": "os.symlink('/dev/zero', file)",
    "a link to itself": "os.symlink(file, file)",
    "a folder that is gone": "import shutil\nshutil.rmtree(os.getcwd())",
    "a link instead of the folder": "import shutil\nhere = os.getcwd()\nshutil.rmtree(here)\nos.symlink('/proc', here)",
}


@pytest.mark.parametrize("how", REPLACED)
def test_a_telemetry_file_replaced_by_something_else_holds_nothing(how: str) -> None:
    ran = run(FILE + REPLACED[how])
    assert (ran.ending, ran.message, ran.raw) == ("done", "", b"")


def test_a_written_file_that_is_no_telemetry_is_told() -> None:
    ran = run(FILE + "open(file, 'w').write('garbage\\n')")
    assert (ran.ending, ran.message[:23]) == ("tampered", "Line 1 of the telemetry")


def test_a_notebook_that_was_stopped_keeps_its_own_message_whatever_it_wrote() -> None:
    ran = run(FILE + "open(file, 'w').write('{\"resourceSpans\": [')\n1 / 0")
    assert (ran.ending, bool(ran.telemetry), ran.raw) == ("crashed", False, b'{"resourceSpans": [')


def test_no_variable_of_the_environment_reaches_the_notebook_but_the_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    ran = run("import os, json\nraise ValueError(json.dumps([sorted(os.environ), os.environ['HOME'], os.getcwd()]))")
    names, home, folder = json.loads(ran.message.split("ValueError: ")[1])
    allowed = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "HOME", "SIMULATOR_FD", "SIMULATOR_TELEMETRY"}
    assert set(names) <= allowed
    assert {"HOME", "SIMULATOR_FD", "SIMULATOR_TELEMETRY"} <= set(names)
    assert os.path.realpath(home) == os.path.realpath(folder)
    assert not Path(home).exists()


def test_an_unknown_scenario_cannot_be_graded_and_says_so() -> None:
    with pytest.raises(SandboxError, match=r"The simulator did not work: .*nowhere"):
        run_notebook((Cell("code", "x = 1", 1),), "nowhere", 6, 10, lambda: None)


def test_a_simulator_that_dies_at_once_cannot_be_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxError, match="The simulator did not work"):
        run("x = 1")


@linux_only
def test_the_judge_can_be_looked_into_again_after_a_failure() -> None:
    with pytest.raises(SandboxError):
        run_notebook((Cell("code", "x = 1", 1),), "nowhere", 6, 10, lambda: None)
    assert os.stat("/proc/self/environ").st_uid == os.geteuid()
