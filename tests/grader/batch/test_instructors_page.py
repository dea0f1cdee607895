"""What the page for instructors says, done: the workflow's commands job by job, and the script for Gradescope."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import walls
from grader.batch.command import _HELP
from grader.labs import find_lab
from grader.notebook import to_notebook

PAGE = (Path(__file__).resolve().parents[3] / "course" / "instructors.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """A repository with two learners, one of whom has a name that a shell would take for a command."""
    folder = tmp_path / "submissions"
    lab = find_lab("06")
    for name, cells in (("ada", lab.reference), ("$(touch ran) -rf; x", lab.starter)):
        (folder / name).mkdir(parents=True)
        (folder / name / "06_wrap_one_call_site.ipynb").write_text(to_notebook(cells), encoding="utf-8")
    return folder


def shell(script: str, folder: Path, **variables: str) -> None:
    """Run a script as GitHub does, with the `grade` of this environment in the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path} | variables, check=True, timeout=120)


def commands(job: dict[str, Any]) -> list[str]:
    """The commands of a job, but for those that change the machine."""
    own = [step["run"] for step in job["steps"] if "run" in step]
    return [run for run in own if not run.startswith(("pip install ", "sudo "))]


@pytest.mark.skipif(bool(walls.missing()), reason="the workflow asks for walls")
def test_the_workflow_grades_a_class_job_by_job(submissions: Path, tmp_path: Path) -> None:
    jobs = yaml.safe_load(block("yaml"))["jobs"]
    (listing,) = commands(jobs["list"])
    shell(listing, tmp_path, GITHUB_OUTPUT=str(tmp_path / "output"))
    learners = json.loads((tmp_path / "output").read_text().partition("=")[2])
    assert sorted(learners) == sorted(os.listdir(submissions))
    for index, learner in enumerate(learners):
        runner = tmp_path / f"runner-{index}"
        runner.mkdir()
        (runner / "submissions").symlink_to(submissions)
        for command in commands(jobs["grade"]):
            shell(command, runner, LEARNER=learner)
        shutil.copytree(runner / "graded", tmp_path / "parts" / f"part-{index}", ignore=shutil.ignore_patterns(".*"))
    (merging,) = commands(jobs["merge"])
    shell(merging, tmp_path)
    summary = json.loads((tmp_path / "graded" / "summary.json").read_text())
    assert summary["verdicts"] == {"passed": 1, "not-attempted": 1}
    assert not list(tmp_path.rglob("ran"))


def test_the_workflow_keeps_names_out_of_its_commands_and_uploads_what_it_merges() -> None:
    jobs = yaml.safe_load(block("yaml"))["jobs"]
    assert all("${{" not in step.get("run", "") for job in jobs.values() for step in job["steps"])
    uploaded = [step["with"]["path"] for step in jobs["grade"]["steps"] if "upload" in step.get("uses", "")]
    assert uploaded == ["graded"]


def test_gradescopes_script_leaves_one_result_whatever_was_handed_in(submissions: Path, tmp_path: Path) -> None:
    for name, content, score in (("right", None, 8), ("broken", "{", 0)):
        root = tmp_path / name
        (root / "results").mkdir(parents=True)
        (root / "submission").mkdir()
        notebook = root / "submission" / "lab.ipynb"
        notebook.write_text(content or to_notebook(find_lab("06").reference), encoding="utf-8")
        shell(block("bash").replace("#!/usr/bin/env bash", "set +e"), root, AUTOGRADER=str(root))
        assert json.loads((root / "results" / "results.json").read_text())["score"] == score


def test_the_page_and_the_help_name_the_same_options() -> None:
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) - {"--json"} == set(re.findall(r"--[a-z-]+", _HELP)) - {
        "--out",
        "--help",
    }
