"""Two children that wait for their orders: they run what they are given once, and go when they are not needed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from subprocess import Popen

import pytest

from grader.children import launch_plainly
from grader.notebook import Cell
from grader.sandbox import Prepared, SandboxError

SERVE = "from simulator import serve, record\ntracer = record('06')\nserve(lambda request: None)\n"

SPANS = SERVE.replace("None)", "tracer.start_span('one').end())")


def children() -> set[str]:
    """Processes that this one has started and that still run."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(folder.name)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_children_that_are_not_needed_leave_nothing() -> None:
    before = children()
    started: list[Path] = []

    def launch(argv: list[str], *, scratch: Path, env: Mapping[str, str], pass_fds: Iterable[int]) -> Popen[bytes]:
        started.append(scratch)
        return launch_plainly(argv, scratch=scratch, env=env, pass_fds=pass_fds)

    prepared = Prepared("call_site", 6, launch)
    assert len(children() - before) == 2
    prepared.close()
    prepared.close()
    assert children() == before
    assert not started[0].exists()


def test_children_that_waited_run_what_they_are_given() -> None:
    with Prepared("call_site", 6) as prepared:
        time.sleep(0.3)
        ran = prepared.run((Cell("code", SERVE + "tracer.start_span('one').end()", 1),), 20)
    assert (ran.ending, [span.name for span in ran.telemetry.spans]) == ("done", ["one"])


def test_waiting_changes_nothing_of_what_a_seed_means() -> None:
    runs = []
    for pause_s in (0.0, 0.4):
        with Prepared("call_site", 6) as prepared:
            time.sleep(pause_s)
            ran = prepared.run((Cell("code", SPANS, 1),), 20)
            runs.append((ran.raw, ran.ledger))
    assert runs[0] == runs[1]


def test_a_process_that_cannot_be_started_is_told_and_leaves_nothing() -> None:
    before = children()

    def launch(argv: list[str], *, scratch: Path, env: Mapping[str, str], pass_fds: Iterable[int]) -> Popen[bytes]:
        raise PermissionError(1, "Operation not permitted")

    with pytest.raises(SandboxError, match="The notebook's process did not start: Operation not permitted"):
        Prepared("call_site", 6, launch)
    assert children() == before


def test_what_the_notebook_ran_behind_is_told() -> None:
    with Prepared("call_site", 6, protections=("a wall",)) as prepared:
        assert prepared.run((Cell("code", "x = 1", 1),), 20).protections == ("a wall",)
