"""`grade` as a person types it: verdicts, progress, reports and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.grader.conftest import Grade

SEED = "2024"


def test_the_starter_is_not_attempted_and_says_where_to_begin(grade: Grade, labs: Path) -> None:
    said = grade("06")
    assert said.code == 1
    assert "not started" in said.out
    assert "Begin with task 1 of the notebook" in said.out
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


def test_another_persons_notebook_does_not_count_as_progress(grade: Grade, solved: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.ipynb"
    theirs.write_bytes(solved.read_bytes())
    assert grade("06", "--notebook", str(theirs)).code == 0
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


def test_a_failed_check_says_expected_got_where_likely_hint_and_paragraph(
    grade: Grade, labs: Path, solved: Path
) -> None:
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
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert {"lab", "verdict", "seed", "seconds", "checks"} <= set(report)
    keys = {"id", "title", "outcome", "expected", "got", "hint", "lesson"}
    assert all(keys <= set(check) for check in report["checks"])
    suite = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert [case.get("name") for case in suite] == [check["id"] for check in report["checks"]]


@pytest.mark.parametrize("arguments", [("06", "--nonsense"), ("06", "--time-limit", "-1"), ("--reference",)])
def test_wrong_usage_exits_with_2_and_one_line_of_advice(arguments: tuple[str, ...], grade: Grade) -> None:
    said = grade(*arguments)
    assert said.code == 2
    assert "usage: grade" in said.err
