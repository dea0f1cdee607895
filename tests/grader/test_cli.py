"""`grade` as a person types it: verdicts, exit codes, reports, and a clear line for every kind of bad input."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.labs import find_lab
from grader.notebook import Cell, to_notebook

SEED = "2024"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def labs(tmp_path: Path) -> Iterator[Path]:
    """A labs folder of its own, so that no test touches the learner's work: links to the real labs, and a fresh `my`."""
    root = tmp_path / "labs"
    root.mkdir()
    for lab in find_lab("06").folder.parent.glob("[0-9][0-9]_*"):
        (root / lab.name).symlink_to(lab, target_is_directory=True)
    yield root


Grade = Callable[..., Said]


@pytest.fixture
def grade(labs: Path, tmp_path: Path) -> Grade:
    def run(*arguments: str, cwd: Path = tmp_path) -> Said:
        variables = os.environ | {"GRADE_LABS": str(labs), "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments],
            capture_output=True,
            text=True,
            cwd=cwd,
            env=variables,
            timeout=120,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def solved(labs: Path) -> Path:
    """The working copy of lab 06, solved as the reference is."""
    copy = labs / "my" / "06_wrap_one_call_site.ipynb"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(to_notebook(find_lab("06").reference), encoding="utf-8")
    return copy


def _notebook(path: Path, *sources: str) -> Path:
    path.write_text(to_notebook(Cell("code", source, n) for n, source in enumerate(sources, 1)), encoding="utf-8")
    return path


def _report(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_starter_is_not_attempted_and_says_where_to_begin(grade: Grade, labs: Path) -> None:
    said = grade("06")
    assert said.code == 1
    assert "not started" in said.out
    assert "Begin with task 1 in 06_wrap_one_call_site.ipynb" in said.out
    assert (labs / "my" / "06_wrap_one_call_site.ipynb").is_file()


def test_a_solved_working_copy_passes_counts_and_leaves_its_telemetry(grade: Grade, labs: Path, solved: Path) -> None:
    said = grade("06")
    assert said.code == 0, said.out
    assert "passed, 8 of 8 checks" in said.out
    assert "06_wrap_one_call_site.ipynb, saved " in said.out
    assert (labs / "my" / "runs" / "06-graded" / "telemetry.jsonl").stat().st_size > 0
    assert "passed" in grade().out


def test_the_reference_passes_and_does_not_count_as_progress(grade: Grade) -> None:
    assert grade("06", "--reference").code == 0
    assert "not started" in grade().out


def test_a_seed_repeats_a_grading_and_does_not_count_as_progress(grade: Grade, solved: Path) -> None:
    one, two = (json.loads(grade("06", "--seed", SEED, "--json", "-").out) for _ in range(2))
    assert one.pop("seconds") and two.pop("seconds")
    assert one == two
    assert one["seed"] == int(SEED)
    assert "not started" in grade().out


def test_two_gradings_see_different_traffic(grade: Grade, solved: Path) -> None:
    seeds = {json.loads(grade("06", "--json", "-").out)["seed"] for _ in range(2)}
    assert len(seeds) == 2


def test_a_lab_that_was_passed_and_fails_again_has_regressed(grade: Grade, solved: Path) -> None:
    assert grade("06").code == 0
    solved.write_text(solved.read_text(encoding="utf-8").replace(", kind=SpanKind.CLIENT", ""), encoding="utf-8")
    assert grade("06").code == 1
    assert "regressed" in grade().out


def test_a_failed_check_says_expected_got_where_likely_hint_and_paragraph(grade: Grade, labs: Path, solved: Path) -> None:
    text = solved.read_text(encoding="utf-8")
    text = text.replace("response.usage.prompt_tokens", "IN").replace("response.usage.completion_tokens", "OUT")
    text = text.replace("IN", "response.usage.completion_tokens").replace("OUT", "response.usage.prompt_tokens")
    solved.write_text(text, encoding="utf-8")
    said = grade("06", "--seed", SEED)
    assert said.code == 1
    for word in ("✗ Each answered span carries the tokens", "expected", "got", "likely", "the two are swapped", "hint"):
        assert word in said.out
    assert 'read      Lesson 06, "' in said.out


def test_json_and_junit_hold_the_same_outcomes(grade: Grade, solved: Path, tmp_path: Path) -> None:
    said = grade("06", "--json", str(tmp_path / "r.json"), "--junit", str(tmp_path / "r.xml"))
    assert said.code == 0
    report = _report(tmp_path / "r.json")
    assert {"lab", "verdict", "seed", "seconds", "checks"} <= set(report)
    keys = {"id", "title", "outcome", "expected", "got", "hint", "lesson"}
    assert all(keys <= set(check) for check in report["checks"])
    suite = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert [case.get("name") for case in suite] == [check["id"] for check in report["checks"]]


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
    "not UTF-8": (b"\xff\xfe\x00\x01" * 10, "is not UTF-8"),
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


@pytest.mark.parametrize("arguments", [("06", "--nonsense"), ("06", "--time-limit", "-1"), ("--reference",)])
def test_wrong_usage_exits_with_2_and_one_line_of_advice(arguments: tuple[str, ...], grade: Grade) -> None:
    said = grade(*arguments)
    assert said.code == 2
    assert "usage: grade" in said.err


def test_a_report_that_cannot_be_written_is_said_and_exits_with_3(grade: Grade, tmp_path: Path) -> None:
    said = grade("06", "--json", str(tmp_path / "no" / "such" / "folder" / "r.json"))
    assert said.code == 3
    assert "The report cannot be written to" in said.err


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
    assert "Your progress could not be kept" in " ".join(said.err.split())


def test_a_notebook_without_write_permission_is_graded_as_it_stands(grade: Grade, solved: Path) -> None:
    solved.chmod(stat.S_IRUSR)
    assert grade("06").code == 0


def test_a_damaged_progress_file_means_that_nothing_was_started(grade: Grade, labs: Path, solved: Path) -> None:
    (labs / "my" / ".progress.json").write_text("{ half", encoding="utf-8")
    assert "not started" in grade().out
    assert grade("06").code == 0
    assert "passed" in grade().out
