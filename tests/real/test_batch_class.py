"""A class of thirty, graded once: each gets what it earned, and every file says so, harmlessly."""

from __future__ import annotations

import csv
import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from grader import walls
from grader.batch.names import shown
from grader.labs import find_lab
from grader.notebook import to_notebook
from tests.grader.batch.classes import write_class

COMMAND = [sys.executable, "-m", "grader", "batch"]
LIMIT_S = "12"
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Graded:
    """The class, what each may get, and what the command said."""

    handed_in: Path
    out: Path
    step: Path
    expected: dict[str, frozenset[str]]
    done: subprocess.CompletedProcess[str]
    left: tuple[str, ...] = ()

    def again(self) -> subprocess.CompletedProcess[str]:
        """Type the same command again."""
        return subprocess.run(
            [*COMMAND, str(self.handed_in), "--lab", "6", "--out", str(self.out), "--time-limit", LIMIT_S],
            capture_output=True,
            text=True,
            env=os.environ | {"GITHUB_STEP_SUMMARY": str(self.step)},
            timeout=300,
            check=False,
        )

    def results(self) -> dict[str, dict[str, object]]:
        """All results by the learner's name as it is shown."""
        files = (self.out / "results").glob("*.json")
        return {entry["learner"]: entry for entry in (json.loads(file.read_text()) for file in files)}


@contextmanager
def adopting() -> Iterator[Callable[[], list[str]]]:
    """Make orphans below this process its own children (Linux); gives what tells those that still run."""
    before = set(psutil.Process().children())
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else lambda *given: 0
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def left() -> list[str]:
        found = [child for child in psutil.Process().children() if child not in before]
        return [" ".join(child.cmdline()) for child in found if child.status() != psutil.STATUS_ZOMBIE]

    try:
        yield left
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    root = tmp_path_factory.mktemp("class")
    marker = root / "marker"
    expected = write_class(root / "handed-in", marker)
    given = Graded(root / "handed-in", root / "out", root / "step.md", expected, subprocess.CompletedProcess([], 0))
    with adopting() as left:
        done = given.again()
        assert not marker.exists()
        yield replace(given, done=done, left=tuple(left()))
    assert not marker.exists()


def test_the_class_has_thirty_submissions_and_each_has_a_result(graded: Graded) -> None:
    assert len(graded.expected) == 30
    assert set(graded.results()) == {shown(name) for name in graded.expected}


def test_each_gets_what_it_earned(graded: Graded) -> None:
    verdicts = {learner: entry["verdict"] for learner, entry in graded.results().items()}
    assert [name for name, allowed in graded.expected.items() if verdicts[shown(name)] not in allowed] == []


def test_what_could_not_be_graded_is_the_exit_code(graded: Graded) -> None:
    assert graded.done.returncode == 3
    assert "Traceback" not in graded.done.stdout + graded.done.stderr


def test_each_has_traffic_of_its_own_and_the_protections_on_record(graded: Graded) -> None:
    ran = [entry for entry in graded.results().values() if entry["verdict"] in ("passed", "failed")]
    assert len({entry["seed"] for entry in ran}) == len(ran)
    if sys.platform == "linux":
        assert all(entry["protections"] == list(walls.available()) != [] for entry in ran)


def test_nothing_outlives_the_batch(graded: Graded) -> None:
    assert graded.left == ()
    assert not (graded.out / ".work").exists()


def test_no_name_moves_the_cursor_of_a_terminal(graded: Graded) -> None:
    assert "\x1b" not in graded.done.stdout + graded.done.stderr
    assert "\\x1b[2J\\x1b[31mred, lab 06: passed, 8 of 8 checks" in graded.done.stdout


def test_no_cell_of_the_table_is_a_formula(graded: Graded) -> None:
    rows = list(csv.reader((graded.out / "summary.csv").read_text().splitlines()))
    assert len(rows) == 31 and len({len(row) for row in rows}) == 1
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert rows[0][:3] == ["learner", "lab", "verdict"]
    assert sum(row[2] == "passed" for row in rows) == 10


def test_the_summary_counts(graded: Graded) -> None:
    summary = json.loads((graded.out / "summary.json").read_text())
    assert summary["verdicts"]["passed"] == 10
    assert sum(summary["verdicts"].values()) == len(summary["submissions"]) == 30
    assert len(summary["checks"]) == 8
    for check in summary["checks"]:
        outcomes = [
            result["outcome"]
            for entry in graded.results().values()
            for result in entry["checks"]  # type: ignore[attr-defined]  # a list, by contract
            if result["id"] == check["id"]
        ]
        judged = outcomes.count("passed") + outcomes.count("failed")
        assert check["failed"] == outcomes.count("failed")
        assert check["failure_rate"] == (outcomes.count("failed") / judged)
    for entry in summary["submissions"]:
        assert (graded.out / entry["result"]).is_file()


def test_junit_has_a_suite_a_submission(graded: Graded) -> None:
    suites = ElementTree.parse(graded.out / "junit.xml").getroot()
    assert len(suites) == 30
    cases = [(case.get("classname"), case.get("name")) for case in suites.iter("testcase")]
    assert len(set(cases)) == len(cases)


def test_gradescope_gets_the_shape_that_it_documents(graded: Graded) -> None:
    files = list((graded.out / "gradescope").glob("*/results.json"))
    assert len(files) == 30
    for file in files:
        given = json.loads(file.read_text())
        assert set(given) == {
            "score", "execution_time", "output", "visibility", "stdout_visibility", "extra_data", "tests",
        }  # fmt: skip
        assert given["score"] == sum(test["score"] for test in given["tests"])
        assert all(test["score"] <= test["max_score"] == 1 for test in given["tests"])
        assert "\x1b" not in file.read_text()


def test_the_summary_of_a_github_step_holds_no_markup_of_a_learner(graded: Graded) -> None:
    text = graded.step.read_text().split("## ")[1]
    assert (graded.out / "summary.md").read_text() == f"## {text}"
    assert "<img" not in text and "[link](x)" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "| 06 |" in line]
    assert len(rows) == 30


class Page(HTMLParser):
    """What stands on a page: tags, links, texts, rows a table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, text: str, /) -> None:
        self.text += text


def test_the_page_shows_everybody_and_runs_no_script_but_its_own(graded: Graded) -> None:
    page = Page((graded.out / "index.html").read_text())
    assert (page.tags.count("script"), page.tags.count("table"), page.tags.count("img")) == (1, 3, 0)
    assert all((graded.out / link).is_file() for link in page.links) and len(page.links) == 30
    assert all(shown(name) in page.text for name in graded.expected)
    assert "10 of 30 submissions passed" in page.text
    assert "http" not in "".join(page.links)


def test_names_of_files_are_plain_and_everybodys_own(graded: Graded) -> None:
    names = [file.name for file in (graded.out / "results").iterdir()]
    assert len(names) == 60
    assert all(name.isascii() and not name.startswith((".", "-")) and " " not in name for name in names)


def test_the_same_command_again_grades_what_changed_alone(graded: Graded) -> None:
    before = graded.results()
    changed = graded.handed_in / "wrong-0" / "06_wrap_one_call_site.ipynb"
    changed.write_text(to_notebook(find_lab("06").reference))
    began_s = time.monotonic()
    done = graded.again()
    assert done.returncode == 3
    assert time.monotonic() - began_s < 60
    after = graded.results()
    new = {name for name in after if after[name] != before[name] and after[name]["verdict"] != "cannot-grade"}
    assert new == {"wrong-0"} and after["wrong-0"]["verdict"] == "passed"
    assert done.stdout.count("as before") == 24  # all but the changed one and five that could not be graded
