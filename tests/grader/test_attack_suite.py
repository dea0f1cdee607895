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
from typing import Any

import pytest

from grader import own_files, walls
from grader.children import launch_plainly
from grader.judge import Grading, grade_cells
from grader.labs import Lab, find_lab
from grader.notebook import Cell
from grader.report import VERDICTS
from grader.sandbox import prepare
from tests.grader.attack_files import Attack, attacks

SHORT_S, LONG_S, LATE_S = 2.0, 30.0, 3.5
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
        accepting = threading.Thread(target=_accept, args=(listener,), daemon=True)
        accepting.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)  # closing alone would not wake it, and it holds a file's number
        accepting.join()


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


def grade(attack: Attack, allowed: frozenset[str], lab: Lab, port: int, marker: Path, **how: Any) -> Grading:
    """Grade an attack, and look that it got nothing else."""
    began_s = time.monotonic()
    grading = grade_cells(
        lab,
        cells(attack, lab, marker, port),
        7,
        time_limit_s=limit_s(allowed),
        prepared=lambda: prepare(lab.scenario, 7, **how),
    )
    assert time.monotonic() - began_s < LONG_S
    holds(attack, allowed, grading, marker)
    return grading


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_without_walls_an_attack_gets_no_pass(attack: Attack, lab: Lab, port: int, tmp_path: Path) -> None:
    before = own_files.snapshot(lab.folder)
    grade(attack, attack.plain, lab, port, tmp_path / "marker", launch=launch_plainly)
    if attack.name != "changes_the_checks":
        assert not own_files.changed(before)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")
@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)
def test_behind_walls_an_attack_gets_no_pass_and_changes_nothing(
    attack: Attack, lab: Lab, port: int, tmp_path: Path
) -> None:
    before, beside = own_files.snapshot(lab.folder), sorted(tmp_path.rglob("*"))
    grading = grade(attack, attack.walls, lab, port, tmp_path / "marker")
    assert grading.report.protections == walls.available() != ()
    assert not own_files.changed(before)
    time.sleep(LATE_S if attack.name == "leaves_a_daemon" else 0)
    assert sorted(tmp_path.rglob("*")) == beside


def test_the_attack_that_reads_the_solution_would_pass_where_it_can(lab: Lab) -> None:
    (attack,) = (attack for attack in attacks() if attack.name == "reads_the_solution")
    grading = grade_cells(
        lab,
        (Cell("code", attack.source, 1),),
        7,
        prepared=lambda: prepare(lab.scenario, 7, launch_plainly),
    )
    assert grading.report.verdict == "passed"
