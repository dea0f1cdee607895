"""The `simulate` command: lists scenarios, and plays one for a grader without ever showing the seed."""

import json
import re
import socket
import subprocess
import sys

import pytest

from simulator import cli
from simulator.incident import all_incidents
from simulator.scenario import scenario_names
from simulator.wire import RemoteEngine
from tests.simulator.conftest import ROOT


def test_list_shows_every_scenario_and_incident_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list"]) == 0
    head, scenarios, incidents = re.split(r"(?m)^\S.*:\n", capsys.readouterr().out)
    assert head == ""
    for listed, names in ((scenarios, scenario_names()), (incidents, all_incidents())):
        lines = listed.strip().splitlines()
        assert [line.split()[0] for line in lines] == list(names)
        assert all(len(line.split()) > 3 and len(line) <= 120 for line in lines)


@pytest.mark.parametrize("arguments", [[], ["play"], ["engine"], ["engine", "--fd", "x"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: simulate" in capsys.readouterr().err


def start(fd: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", "engine", "--fd", str(fd)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(fd,) if fd > 2 else (),
    )


def test_an_engine_for_a_grader_answers_on_the_socket_and_ends_with_the_ledger() -> None:
    theirs, ours = socket.socketpair()
    engine = start(theirs.fileno())
    theirs.close()
    assert engine.stdin is not None
    engine.stdin.write(json.dumps({"scenario": "call_site", "seed": 7}) + "\n")
    engine.stdin.flush()
    remote = RemoteEngine(ours.detach())
    remote.begin("another", 3)
    asked = remote.next_request()
    assert asked is not None
    remote.attempt({"model": asked["model"], "messages": [{"role": "user", "content": "x"}]}, asked["at_ns"], 10.0)
    told, errors = engine.communicate(timeout=30)
    remote.close()
    assert (engine.returncode, errors) == (0, "")
    run, request, attempt = map(json.loads, told.splitlines())
    assert (run["kind"], run["scenario"], run["requests"]) == ("run", "call_site", 120)
    assert (request["kind"], request["id"], attempt["request_id"]) == ("request", "r-0001", "r-0001")


@pytest.mark.parametrize("order", ["", "{}", "[]", "null", '{"scenario": "x", "seed": 1}', '{"scenario": "call_site"}'])
def test_a_bad_order_is_one_line_and_exit_code_2(order: str) -> None:
    theirs, ours = socket.socketpair()
    engine = start(theirs.fileno())
    theirs.close()
    _, errors = engine.communicate(order + "\n", timeout=30)
    ours.close()
    assert engine.returncode == 2
    assert errors.startswith("simulate engine: ")
    assert len(errors.splitlines()) == 1
