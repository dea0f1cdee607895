"""Every kind of bad input to `grade` gets a clear line, its exit code, and a report; never a stack trace."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader import desk, walls
from grader.children import launch_plainly
from grader.labs import ROOT_VARIABLE, find_lab
from grader.notebook import Cell, to_notebook
from grader.progress_file import read_kept
from grader.sandbox import prepare
from tests.grader.conftest import Grade

WRONG = to_notebook(find_lab("06").reference).replace(", kind=SpanKind.CLIENT", "")


def _notebook(path: Path, *sources: str) -> Path:
    path.write_text(to_notebook(Cell("code", source, n) for n, source in enumerate(sources, 1)), encoding="utf-8")
    return path


def _report(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


BAD_CELLS = {
    "a syntax error": ("def broken(:", "crashed", "This is not Python", 1),
    "an exception": ("x = 1\nx / 0", "crashed", "Cell 1, line 2: x / 0. ZeroDivisionError", 1),
    "an endless loop": ("while True:\n    pass", "timeout", "Cell 1 was still running after 2 s", 1),
    "sys.exit": ("import sys\nsys.exit(0)", "crashed", "sys.exit", 1),
    "os._exit": ("import os\nos._exit(0)", "crashed", "ended Python itself (exit code 0)", 1),
    "a kill of itself": ("import os\nos.kill(os.getpid(), 9)", "crashed", "ended Python itself (signal SIGKILL)", 1),
    "3 GB of memory": ("block = bytearray(3 * 2**30)", "crashed", "more than 2 GB of memory", 1),
    "no telemetry at all": ("print('hello')", "failed", "No telemetry arrived", 1),
    "a missing module": ("import nowhere_to_be_found", "crashed", "ModuleNotFoundError", 1),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_notebook_gets_its_own_line_code_and_report(name: str, grade: Grade, tmp_path: Path) -> None:
    source, verdict, line, code = BAD_CELLS[name]
    notebook = _notebook(tmp_path / "mine.ipynb", source)
    limit = ("--time-limit", "2") if verdict == "timeout" else ()
    said = grade("06", "--notebook", str(notebook), "--json", str(tmp_path / "r.json"), *limit)
    assert said.code == code
    assert line in " ".join(said.out.split())
    report = _report(tmp_path / "r.json")
    assert report["verdict"] == verdict
    assert len(report["checks"]) == 8


BAD_FILES = {
    "not JSON": (b"{ this is no notebook", "is not a notebook"),
    "JSON, but no notebook": (b"[1, 2, 3]", "is not a notebook"),
    "empty": (b"", "is empty"),
    "not UTF-8": (b'{"cells": "\xff"}', "is not UTF-8"),
    "neither UTF-8 nor UTF-16": (b"\xff\xfe\x00\x01" * 10, "is not a notebook"),
    "in another language": (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "is a notebook in r."),
    "without cells": (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "no Python cells"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_notebook_cannot_be_graded_and_says_why(name: str, grade: Grade, tmp_path: Path) -> None:
    content, line = BAD_FILES[name]
    (tmp_path / "mine.ipynb").write_bytes(content)
    said = grade("06", "--notebook", str(tmp_path / "mine.ipynb"), "--json", str(tmp_path / "r.json"))
    assert said.code == 3
    assert line in " ".join(said.out.split())
    assert _report(tmp_path / "r.json")["verdict"] == "cannot-grade"


def test_a_notebook_of_100_mb_is_refused_without_reading_it(grade: Grade, tmp_path: Path) -> None:
    with (tmp_path / "mine.ipynb").open("wb") as big:
        big.truncate(100 * 2**20)
    said = grade("06", "--notebook", str(tmp_path / "mine.ipynb"))
    assert said.code == 3
    assert "it has 100 MB; at most 20 MB. Clear its outputs." in " ".join(said.out.split())


OTHER_KINDS: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link into nowhere": lambda path: path.symlink_to(path.with_name("gone.ipynb")),
    "the null device": lambda path: path.symlink_to(os.devnull),
}


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_what_is_no_file_cannot_be_graded_under_either_name(name: str, grade: Grade, labs: Path, solved: Path) -> None:
    solved.unlink()
    OTHER_KINDS[name](solved)
    for arguments in (("06",), ("06", "--notebook", str(solved))):
        said = grade(*arguments)
        assert said.code == 3
        assert "could not be graded" in said.out
        assert solved.name in "".join(said.out.split()) or "no notebook" in said.out
    assert "in progress" not in grade().out


def test_older_notebooks_other_encodings_and_other_languages_in_cells_are_graded(grade: Grade, tmp_path: Path) -> None:
    cells = json.loads(to_notebook(find_lab("06").reference))["cells"]
    cells = [{"cell_type": "code", "language": "r", "input": "x <- 1"}] + [
        {"cell_type": cell["cell_type"], "input": cell["source"], "outputs": [float("nan")]} for cell in cells
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(old), encoding="utf-16")
    said = grade("06", "--notebook", str(tmp_path / "old.ipynb"))
    assert said.code == 0, said.out
    assert "skipped: cell 1: %%r (the whole cell)" in said.out


def test_half_a_character_in_a_cell_is_a_report_everywhere(grade: Grade, labs: Path, solved: Path) -> None:
    solved.write_text('{"cells": [{"cell_type": "code", "source": "x = 1 \\ud800"}]}', encoding="utf-8")
    for target in ("--json", "--junit"):
        assert grade("06", target, "-").code == 1
    assert (labs / "my" / "runs" / "06-graded" / "report.html").is_file()


def test_a_full_disk_for_reports_is_told_and_a_full_terminal_changes_no_verdict(grade: Grade, labs: Path) -> None:
    said = grade("06", "--reference", "--json", "/dev/full")
    assert said.code == 3
    assert "The report cannot be written to /dev/full: No space left on device." in said.err
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "grader", "06", "--reference"]
        assert subprocess.run(command, env=os.environ | {"GRADE_LABS": str(labs)}, stdout=full).returncode == 0


def test_a_full_disk_costs_what_cannot_be_kept_and_not_the_verdict(labs: Path, solved: Path) -> None:
    keep = (
        "from grader import desk; from grader.judge import Grading; from grader.report import Report; import resource"
    )
    keep += "; resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))"
    keep += (
        "; print(*desk.keep(desk.Order('06', 7, True), Grading(Report('06', 'passed', 7, 0.1), b'x' * 99)), sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", keep], env=os.environ | {"GRADE_LABS": str(labs)}, capture_output=True, text=True
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "Your progress could not be kept: File too large. The verdict stands.",
        "The run could not be kept in runs/06-graded: File too large. The verdict stands.",
    ]
    assert [path.name for path in (labs / "my" / "runs" / "06-graded").iterdir()] == []


def test_two_gradings_at_once_are_both_kept(labs: Path, solved: Path) -> None:
    other = labs / "07_another"
    shutil.copytree(find_lab("06").folder, other, ignore=shutil.ignore_patterns("__pycache__"))
    (labs / "my" / "07_another.ipynb").write_text(WRONG, encoding="utf-8")
    variables = os.environ | {"GRADE_LABS": str(labs)}
    programs = [
        subprocess.Popen([sys.executable, "-m", "grader", number], env=variables, stdout=subprocess.DEVNULL)
        for number in ("06", "07", "07")
    ]
    assert [program.wait(timeout=120) for program in programs] == [0, 1, 1]
    progress = read_kept(labs / "my" / ".progress.json").progress
    assert (progress["06"].state, progress["07"].tries) == ("passed", 2)


def test_a_notebook_that_writes_its_own_progress_gains_nothing(
    grade: Grade, labs: Path, solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(labs))
    assert grade("06").code == 0
    before = (labs / "my" / ".progress.json").read_bytes()
    forge = f"open({str(labs / 'my' / '.progress.json')!r}, 'w').write('{{\"06\": \"passed\"}}')"
    forger = desk.Order("06", 7, counts=False, notebook=_notebook(labs / "forger.ipynb", forge))
    behind_walls, _ = desk.grade(forger)
    without, _ = desk.grade(forger, prepared=lambda: prepare("call_site", 7, launch_plainly))
    assert behind_walls.report.verdict == ("crashed" if walls.available() else "tampered")
    assert (without.report.verdict, without.report.message[:40]) == (
        "tampered", "The notebook changed your progress file.",
    )  # fmt: skip
    assert (labs / "my" / ".progress.json").read_bytes() == before


def test_progress_that_cannot_be_read_costs_no_verdict(grade: Grade, labs: Path, solved: Path) -> None:
    (labs / "my" / ".progress.json.lock").mkdir()
    said = grade("06")
    assert said.code == 0
    assert "Your progress could not be kept: Is a directory. The verdict stands." in " ".join(said.err.split())


def test_a_notebook_that_is_not_there_cannot_be_graded(grade: Grade, tmp_path: Path) -> None:
    said = grade("06", "--notebook", str(tmp_path / "nowhere.ipynb"))
    assert said.code == 3
    assert "There is no notebook at" in said.out


def test_magics_are_skipped_and_named(grade: Grade, tmp_path: Path) -> None:
    cells = [cell.source for cell in find_lab("06").reference if cell.kind == "code"]
    notebook = _notebook(tmp_path / "mine.ipynb", "%matplotlib inline\n!pip list", "%%bash\necho hello", *cells)
    said = grade("06", "--notebook", str(notebook))
    assert said.code == 0, said.out
    for line in ("cell 1: %matplotlib inline", "cell 1: !pip list", "cell 2: %%bash (the whole cell)"):
        assert f"skipped: {line}" in said.out


def test_a_lab_that_does_not_exist_is_wrong_usage_and_still_leaves_a_report(grade: Grade, tmp_path: Path) -> None:
    said = grade("77", "--json", str(tmp_path / "r.json"))
    assert said.code == 2
    assert "There is no lab 77. There are: 06" in said.out
    assert _report(tmp_path / "r.json")["verdict"] == "cannot-grade"


def test_a_working_copy_that_cannot_be_made_says_where_and_why(grade: Grade, labs: Path) -> None:
    # A file where the folder should be stops root too, whom permissions do not stop.
    (labs / "my").write_text("in the way", encoding="utf-8")
    said = grade("06")
    assert said.code == 3
    assert "Your copy of lab 06 cannot be written to" in " ".join(said.out.split())


def test_a_folder_that_keeps_nothing_costs_progress_and_not_the_verdict(grade: Grade, labs: Path, solved: Path) -> None:
    (labs / "my" / "runs").write_text("in the way", encoding="utf-8")
    said = grade("06")
    assert said.code == 0
    assert "The run could not be kept in runs/06-graded" in " ".join(said.err.split())
    assert "passed" in grade().out


def test_a_notebook_without_write_permission_is_graded_as_it_stands(grade: Grade, solved: Path) -> None:
    solved.chmod(stat.S_IRUSR)
    assert grade("06").code == 0


def test_a_damaged_progress_file_means_that_nothing_was_started(grade: Grade, labs: Path, solved: Path) -> None:
    (labs / "my" / ".progress.json").write_text("{ half", encoding="utf-8")
    assert "not started" in grade().out
    assert grade("06").code == 0
    assert "passed" in grade().out
