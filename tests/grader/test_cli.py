"""`grade` as a person types it: verdicts, progress, reports and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.options import WORDS, _parser, read_options
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


WRONG = {
    "an unknown option": ("06", "--nonsense"),
    "an option cut short": ("06", "--ref"),
    "a time below 0": ("06", "--time-limit", "-1"),
    "no time at all": ("06", "--time-limit", "nan"),
    "a seed in words": ("06", "--seed", "seven"),
    "no lab to grade": ("--reference",),
    "no lab to hint at": ("--hint",),
    "two ways at once": ("06", "--hint", "--watch"),
    "two reports in one place": ("06", "--json", "-", "--junit", "-"),
    "a report without a name": ("06", "--json", ""),
    "a seed for a hint": ("06", "--hint", "--seed", "1"),
    "yes to nothing": ("06", "--yes"),
    "a command without --otlp": ("06", "--", "node", "bot.js"),
    "two labs": ("06", "07"),
    "a word that is no command": ("doctr",),
    "an empty word": ("",),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage_exits_with_2_and_one_line_that_says_what_to_type(name: str, grade: Grade) -> None:
    said = grade(*WRONG[name])
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("grade: ")
    assert said.err.endswith(" type: grade --help\n")
    assert said.err.count("\n") == 1


def test_a_slip_in_a_command_is_answered_with_the_command(grade: Grade) -> None:
    assert "there is no lab or command 'doctr', perhaps you mean: grade doctor. To see" in grade("doctr").err


def test_one_screen_of_help_names_everything_there_is(grade: Grade) -> None:
    said = grade("--help")
    assert said.code == 0
    lines = said.out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    options = [action.option_strings[-1] for action in _parser()._actions if action.option_strings]
    assert len(options) > 10
    for word in (*options, *(f"grade {word}" for word in WORDS)):
        assert word in said.out or word == "--help"


def test_a_program_of_ones_own_is_handed_over_with_its_command() -> None:
    options = read_options(["06", "--otlp", "--seed", "7", "--", "node", "bot.js", "--seed", "9"])
    assert (options.otlp, options.seed, options.command) == (True, 7, ("node", "bot.js", "--seed", "9"))


def test_a_program_that_is_graded_gets_its_words_said_and_does_not_count(grade: Grade, labs: Path) -> None:
    said = grade("06", "--otlp", "--json", "-", "--", "false")
    assert said.code == 1
    assert json.loads(said.out)["saved"] == "false"
    assert "Telemetry is taken at:" in said.err
    assert not (labs / "my").exists()


def test_a_notebook_that_is_being_graded_cannot_grade(labs: Path) -> None:
    variables = os.environ | {"GRADE_LABS": str(labs), "SIMULATOR_FD": "3"}
    said = subprocess.run([sys.executable, "-m", "grader", "06"], env=variables, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (3, "A notebook that is being graded cannot grade. Take that out of it.\n")


@pytest.mark.parametrize("module", ["yaml", "rich", "course", "json"])
def test_what_pythonpath_or_the_folder_holds_does_not_stand_in_for_the_judges_modules(
    module: str, labs: Path, tmp_path: Path
) -> None:
    (tmp_path / f"{module}.py").write_text("raise SystemExit('mine')")
    for variables, folder in (({"PYTHONPATH": str(tmp_path)}, labs), ({}, tmp_path)):
        command = [str(Path(sys.executable).with_name("grade")), "06", "--reference"]
        ran = subprocess.run(
            command, env=os.environ | {"GRADE_LABS": str(labs)} | variables, cwd=folder, capture_output=True, text=True
        )
        assert (ran.returncode, ran.stderr) == (0, "")


def test_a_folder_that_is_gone_is_told(labs: Path, tmp_path: Path) -> None:
    program = "import os, sys; os.mkdir('x'); os.chdir('x'); os.rmdir('../x'); os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, "-c", program, sys.executable, "-m", "grader", "06"]
    ran = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"GRADE_LABS": str(labs)}, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr.count("\n")) == (3, 1)
    assert "The current folder is gone" in ran.stderr
