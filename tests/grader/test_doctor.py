"""`grade doctor`: each thing it looks at, fine and not, with the fix to type."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from grader.doctor import installation, machine
from grader.doctor.findings import FIX, NOTE, OK, Finding, as_json, as_lines, is_fine
from grader.walls import missing
from tests.grader.conftest import Grade

NOW = datetime(2026, 11, 24, 12, 0)
GOOD, BAD = Finding("a", OK, "All is well"), Finding("b", FIX, "Words " * 40, "Type: this " * 20)


def test_a_finding_is_a_sign_a_sentence_and_the_fix_within_80_columns() -> None:
    lines = [line for line, _ in as_lines([GOOD, BAD, Finding("c", NOTE, "By the way")])]
    assert (lines[0], lines[-1]) == ("✓ All is well", "· By the way")
    assert lines[1].startswith("✗ Words") and any(line.startswith("    Type: this") for line in lines)
    assert max(map(len, lines)) <= 80
    assert max(len(line) for line, _ in as_lines([BAD], 40)) <= 40


def test_only_what_needs_a_fix_is_not_fine() -> None:
    assert is_fine([GOOD, Finding("c", NOTE, "By the way")])
    assert json.loads(as_json([GOOD, BAD]))["fine"] is False
    assert json.loads(as_json([GOOD]))["findings"] == [{"name": "a", "outcome": "ok", "what": "All is well", "fix": ""}]


@pytest.mark.parametrize(
    ("platform", "release", "outcome", "said"),
    [
        ("linux", "6.1.0", OK, "Linux"),
        ("linux", "5.15.1-microsoft-standard-WSL2", OK, "Linux (WSL)"),
        ("darwin", "24.0", OK, "macOS"),
        ("win32", "10", FIX, "Windows itself cannot grade"),
        ("freebsd14", "14", NOTE, "freebsd14: the course is tested on"),
    ],
)
def test_windows_is_sent_to_wsl_or_the_browser(platform: str, release: str, outcome: str, said: str) -> None:
    found = machine.system(platform, release)
    assert (found.outcome, found.what[: len(said)]) == (outcome, said)
    assert ("wsl --install" in found.fix and "browser" in found.fix) == (outcome == FIX)


@pytest.mark.parametrize(
    ("version", "outcome"), [((3, 10, 9), FIX), ((3, 11, 0), OK), ((3, 13, 5), OK), ((3, 14, 0), FIX), ((4, 0, 0), FIX)]
)
def test_pythons_from_3_11_to_3_13_will_do(version: tuple[int, int, int], outcome: str) -> None:
    assert machine.python(version).outcome == outcome


@pytest.mark.parametrize(("days", "outcome"), [(0, OK), (400, OK), (-1, FIX), (365 * 30, FIX)])
def test_a_clock_before_the_course_was_written_cannot_be_right(days: int, outcome: str) -> None:
    assert machine.clock(NOW + timedelta(days=days), NOW).outcome == outcome


def test_a_full_disk_is_told_with_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.disk(tmp_path / "not" / "there" / "yet").outcome == OK
    monkeypatch.setattr(machine, "_NEEDED_MB", 10**9)
    found = machine.disk(tmp_path)
    assert found.outcome == FIX and found.fix.startswith("Free ")


def test_a_port_in_use_names_who_has_it_and_the_way_round_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        found = machine.ports({"LAB_PORT": str(number)}, ours="nowhere at all")[1]
        assert found.outcome == FIX
        assert f"(process {os.getpid()})" in found.what
        assert f"LAB_PORT={number + 10 if number < 65526 else number - 10} make start" in found.fix
        assert machine.ports({"LAB_PORT": str(number)}, ours=" ".join(psutil.Process().cmdline()))[1].outcome == OK
    assert machine.ports({"LAB_PORT": str(number)}, ours="nowhere at all")[1].outcome == OK
    assert machine.ports({"LAB_PORT": "70000"}, ours="x")[1].outcome == FIX


LOCK = """# part 1
alpha==1.0 \\
    --hash=sha256:00
beta_b==2.0 ; sys_platform == 'darwin' \\
gamma==1.0 ; python_full_version < '3.12' \\
gamma==2.0 ; python_full_version >= '3.12' \\
"""


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({"alpha": "1.0"}, ""),
        ({"alpha": "1.0", "beta-b": "2.0", "gamma": "2.0", "other": "9"}, ""),
        ({}, "alpha is missing"),
        ({"alpha": "1.1"}, "alpha is 1.1, not 1.0"),
        ({"alpha": "1.0", "beta-b": "2.1"}, "beta-b is 2.1, not 2.0"),
        ({"alpha": "1.0", "gamma": "3"}, "gamma is 3, not 1.0 or 2.0"),
    ],
)
def test_packages_are_held_to_the_lock(installed: dict[str, str], said: str) -> None:
    found = installation.compared(LOCK, installed, "the fix")
    assert (found.outcome, found.fix) == ((FIX, "the fix") if said else (OK, ""))
    assert said in found.what


def test_many_wrong_packages_are_counted() -> None:
    lock = "".join(f"p{number}==1\n" for number in range(9))
    assert installation.compared(lock, {}, "x").what.endswith("p2 is missing, and 6 more.")


def test_without_a_lock_the_wheels_own_pins_count(tmp_path: Path) -> None:
    found = installation.packages(tmp_path / "requirements.lock")
    assert found.outcome == OK
    assert "3 pinned" in found.what


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("python", OK),
        ("python3.11", OK),
        (os.path.join(sys.prefix, "bin", "python"), OK),
        ("/elsewhere/bin/python", FIX),
        ("R", FIX),
        ("", FIX),
    ],
)
def test_the_kernel_must_be_this_python(program: str, outcome: str) -> None:
    assert installation.judged_kernel(program, "x").outcome == outcome


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert installation.working_copies(tmp_path / "my").outcome == OK
    (tmp_path / "file").write_text("in the way")
    found = installation.working_copies(tmp_path / "file")
    assert found.outcome == FIX and found.fix.startswith("Type: chmod -R u+w ")


def test_another_users_folder_is_told_with_the_way_round_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(os, "getuid", lambda: (tmp_path / "file").stat().st_uid + 1)
    assert "Type: grade init observability-labs" in installation.working_copies(tmp_path / "file").fix


def test_a_machine_without_walls_is_told_why_and_needs_no_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.walls().outcome in (OK, NOTE)
    monkeypatch.setattr(sys, "platform", "darwin")
    missing.cache_clear()
    try:
        found = installation.walls()
    finally:
        missing.cache_clear()
    assert (found.outcome, found.fix) == (NOTE, "")
    assert "only Linux has namespaces" in found.what


def test_the_command_looks_at_everything_and_grades_once(grade: Grade, tmp_path: Path) -> None:
    said = grade("doctor", "--json", str(tmp_path / "d.json"))
    found = json.loads((tmp_path / "d.json").read_text())
    assert said.code == (0 if found["fine"] else 1)
    names = {finding["name"] for finding in found["findings"]}
    assert {
        "platform",
        "python",
        "packages",
        "kernel",
        "disk",
        "clock",
        "working copies",
        "protections",
        "self-test",
    } <= names
    assert "the reference of lab 06 passes" in " ".join(said.out.split())


@pytest.mark.parametrize("arguments", [("--jsn",), ("--json",), ("--json", ""), ("06",)])
def test_wrong_usage_is_one_line(arguments: tuple[str, ...], grade: Grade) -> None:
    said = grade("doctor", *arguments)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_json_on_standard_output_stands_alone(grade: Grade) -> None:
    said = grade("doctor", "--json", "-")
    assert json.loads(said.out)["fine"] is (said.code == 0)
    assert "Python 3." in said.err
