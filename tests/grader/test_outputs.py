"""Reports for machines: whole, in UTF-8, and never half written over an older one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.grader.conftest import Grade


def test_a_report_on_standard_output_is_utf_8_whatever_the_terminal_knows() -> None:
    program = (
        "import sys; from grader.outputs import Outputs; from grader.report import Report"
        "; sys.exit(Outputs(junit='-').write(Report('06', 'crashed', 7, 0.1, message='漢'), 0))"
    )
    variables = os.environ | {"PYTHONIOENCODING": "latin-1"}
    ran = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True)
    assert (ran.returncode, "漢" in ran.stdout.decode()) == (0, True)


def test_a_report_that_cannot_be_written_whole_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    target.write_text("before")
    program = (
        "import resource, sys; from grader.outputs import Outputs; from grader.report import Report"
        "; resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))"
        "; sys.exit(Outputs(json=sys.argv[1]).write(Report('06', 'passed', 7, 0.1), 0))"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(target)], capture_output=True, text=True)
    assert (ran.returncode, target.read_text()) == (3, "before")
    assert "The report cannot be written to" in ran.stderr
    assert list(tmp_path.iterdir()) == [target]


def test_a_report_that_cannot_be_written_is_said_and_exits_with_3(grade: Grade, tmp_path: Path) -> None:
    said = grade("06", "--json", str(tmp_path / "no" / "such" / "folder" / "r.json"))
    assert said.code == 3
    assert "The report cannot be written to" in said.err
