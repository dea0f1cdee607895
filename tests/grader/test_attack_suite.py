"""Every attack gets what its file says it may get, which is never a pass, and leaves judge and machine as they were."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import own_files
from grader.judge import Grading, grade_cells
from grader.labs import Lab, find_lab
from grader.notebook import Cell
from grader.report import VERDICTS
from tests.grader.attack_files import Attack, attacks

SHORT_S, LONG_S = 2.0, 30.0
TRIED = [attack for attack in attacks() if attack.plain]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A copy of lab 06, so that an attack on its files finds some it may break."""
    real = find_lab("06")
    folder = tmp_path / "labs" / real.folder.name
    shutil.copytree(real.folder, folder)
    return replace(real, folder=folder)


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            return


def cells(attack: Attack, lab: Lab, marker: Path, port: int) -> tuple[Cell, ...]:
    """The attack as a notebook of one cell."""
    source = attack.source.replace("@marker@", str(marker)).replace("@lab@", str(lab.folder))
    return (Cell("code", source.replace("@port@", str(port)), 1),)


def limit_s(allowed: frozenset[str]) -> float:
    """Short where nothing but the end of time can come; else long enough for a busy machine."""
    return SHORT_S if allowed == {"timeout"} else LONG_S


def holds(attack: Attack, allowed: frozenset[str], grading: Grading, marker: Path) -> None:
    """What is true after every attack."""
    report = grading.report
    assert report.verdict in allowed, (report.verdict, report.message)
    assert report.verdict != "passed"
    assert report.verdict == "failed" or report.message
    assert not marker.exists()
    assert "\x1b" not in report.message
    assert not left_behind()


def left_behind() -> list[str]:
    """Processes that still have a grading's telemetry file in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*") if sys.platform == "linux" else ():
        try:
            ours = int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()
            if ours and b"SIMULATOR_TELEMETRY=" in (folder / "environ").read_bytes():
                found.append(folder.name)
        except OSError:
            continue
    return found


def test_there_are_at_least_25_attacks_and_each_says_what_stops_it() -> None:
    assert len(attacks()) >= 25
    for attack in attacks():
        assert attack.title.endswith(".") and attack.stopped_by.endswith("."), attack.name
        assert (attack.plain | attack.walls) <= set(VERDICTS) - {"passed", "not-attempted"}, attack.name
        assert attack.plain or attack.not_tried, attack.name


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_without_walls_an_attack_gets_no_pass(attack: Attack, lab: Lab, port: int, tmp_path: Path) -> None:
    before, began_s = own_files.snapshot(lab.folder), time.monotonic()
    marker = tmp_path / "marker"
    grading = grade_cells(lab, cells(attack, lab, marker, port), 7, time_limit_s=limit_s(attack.plain))
    holds(attack, attack.plain, grading, marker)
    assert time.monotonic() - began_s < LONG_S
    if attack.name != "changes_the_checks":
        assert not own_files.changed(before)
