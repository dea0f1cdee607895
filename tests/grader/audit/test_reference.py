"""The course's own reference instrumentation has nothing to fix."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.audit import audit
from grader.audit.sources import read_files

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("scenario", ["call_site", "bad_week"])
def test_what_the_simulator_emits_scores_100(scenario: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "simulator",
        "run",
        scenario,
        "--calls",
        "150",
        "--seed",
        "7",
        "--out",
        str(tmp_path),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    report = audit(read_files([tmp_path / "telemetry.jsonl"]))
    assert report.calls >= 140
    assert [finding.id for finding in report.findings] == []
    assert report.score == 100
