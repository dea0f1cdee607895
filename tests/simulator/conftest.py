"""What the simulator's tests share: a session of one's own, and a fresh Python."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from simulator import clock, session, streams, threads

ROOT = Path(__file__).resolve().parent.parent.parent

# A busy machine is no fault of a test, and the suite says the same whenever it runs.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

Fresh = Callable[..., str]


@pytest.fixture(autouse=True)
def leave_no_time_behind() -> Iterator[None]:
    threads.forget()
    yield
    assert clock.now_ns() is None
    streams.report_open()


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder and a session of its own, as in a fresh process; OpenTelemetry's globals stay as they are."""
    monkeypatch.chdir(tmp_path)
    before = session.exchange(session.Session())
    yield tmp_path
    used = session.exchange(before)
    if used.recorder is not None:
        used.recorder.file.close()


def run_script(folder: Path, script: str, *arguments: str, **variables: str) -> str:
    """Run a script as `__main__` of a fresh Python in a folder; returns what it printed."""
    file = folder / "script.py"
    file.write_text(script, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, file.name, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    """`fresh(script, *arguments)`: run a script in a fresh Python in this test's folder; returns what it printed."""
    return lambda script, *arguments, **variables: run_script(tmp_path, script, *arguments, **variables)


def lines_of(file: Path) -> list[dict[str, Any]]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
