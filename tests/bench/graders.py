"""One lab and a class of thirty: ours beside otter-grader and nbgrader, each on the smallest exercise it can have.

Ours has more to do: it plays an evening of 120 customers to the notebook. The others run their check in the notebook's
own process. Their environments are made on first use, in `.bench/`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from grader.labs import ROOT_VARIABLE, find_lab
from grader.notebook import to_notebook
from tests.bench.measure import Row, in_turns, seconds
from tests.real.stack import ROOT

OTTER = ("otter-grader==7.0.0", "ipykernel==7.4.0")
NBGRADER = ("nbgrader==0.9.6",)
CLASS = 30
FASTER = 1.0  # what was agreed is against otter-grader; nbgrader stands beside it
TRIVIAL = Path(__file__).with_name("trivial")
SOLUTION = "def twice(x):\n    {begin}\n    return 2 * x{mark}\n    {end}\n"


def rows() -> Iterator[Row]:
    """Measure one notebook, then thirty."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ours, otter, nbgrader = Ours(Path(folder, "ours")), Otter(Path(folder, "otter")), Nbgrader(Path(folder, "nb"))
        one, one_otter, one_nbgrader = in_turns(3, ours.one, otter.one, nbgrader.one)
        yield Row("grade, one lab", one, one_otter, "otter run", "s", one / one_otter, 0.25, goal=0.1)
        yield Row("grade, one lab", one, one_nbgrader, "nbgrader autograde", "s", one / one_nbgrader, FASTER)
        many, many_otter, many_nbgrader = seconds(ours.many), seconds(otter.many), seconds(nbgrader.many)
        name = f"grade batch, a class of {CLASS}"
        yield Row(name, many, many_otter, "otter run, a process a core", "s", many / many_otter, 0.2)
        yield Row(name, many, many_nbgrader, "nbgrader autograde", "s", many / many_nbgrader, FASTER)


class Ours:
    """`grade` and `grade batch` on a lab of one span."""

    def __init__(self, folder: Path) -> None:
        """Make a labs folder and a class."""
        labs = folder / "labs"
        shutil.copytree(TRIVIAL, labs)
        solved = to_notebook(find_lab("06", labs).reference)
        for number in range(CLASS):
            learner = folder / "class" / f"learner-{number:02}"
            learner.mkdir(parents=True)
            (learner / "06_say_hello.ipynb").write_text(solved, encoding="utf-8")
        self._folder, self._variables = folder, {ROOT_VARIABLE: str(labs)}
        self._grade = Path(sys.executable).with_name("grade")

    def one(self) -> None:
        """Grade the reference."""
        _run(self._grade, "06", "--reference", variables=self._variables)

    def many(self) -> None:
        """Grade the class."""
        out = self._folder / "out"
        _run(self._grade, "batch", self._folder / "class", "--lab", "06", "--out", out, variables=self._variables)
        assert len(list((out / "results").glob("*.json"))) == CLASS


class Otter:
    """`otter run` without Docker, as many at a time as there are cores."""

    def __init__(self, folder: Path) -> None:
        """Make the exercise with `otter assign`."""
        folder.mkdir()
        programs = _environment("otter", OTTER)
        self._run = programs / "otter"
        self._variables = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        config = [
            "# ASSIGNMENT CONFIG\ninit_cell: true\n",
            "# BEGIN QUESTION\nname: q1\npoints: 1\n",
            "# BEGIN SOLUTION",
        ]
        tests = ["# END SOLUTION", "# BEGIN TESTS", "assert twice(2) == 4", "# END TESTS", "# END QUESTION"]
        answer = SOLUTION.format(begin="x = x + 0", mark="  # SOLUTION", end="")
        cells = [_cell(text, raw=True) for text in config]
        cells += [_cell(answer), *(_cell(text, raw=not text.startswith("assert")) for text in tests)]
        master = folder / "master.ipynb"
        master.write_text(_notebook(cells), encoding="utf-8")
        _run(self._run, "assign", master, folder / "dist", variables=self._variables)
        (self._zip,) = (folder / "dist" / "autograder").glob("*.zip")
        self._submission = folder / "dist" / "autograder" / "master.ipynb"
        self._out = folder

    def one(self, name: str = "one") -> None:
        """Grade one notebook."""
        out = self._out / name
        out.mkdir(exist_ok=True)
        _run(self._run, "run", "-a", self._zip, self._submission, "-o", out, variables=self._variables)
        scores = json.loads((out / "results.json").read_text(encoding="utf-8"))["tests"]
        assert any(test.get("score") == 1.0 for test in scores), scores

    def many(self) -> None:
        """Grade thirty, one after the other on each core."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.one, [f"learner-{number}" for number in range(CLASS)]))


class Nbgrader:
    """`nbgrader autograde`, which takes a whole class in one command."""

    def __init__(self, folder: Path) -> None:
        """Make two courses with one assignment: a class of one, and one of thirty."""
        programs = _environment("nbgrader", NBGRADER)
        self._run = programs / "nbgrader"
        self._variables = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        answer = SOLUTION.format(begin="### BEGIN SOLUTION", mark="", end="### END SOLUTION")
        marks = {"locked": False, "schema_version": 3, "task": False}
        solution = marks | {"grade": False, "grade_id": "twice", "solution": True}
        test = marks | {"grade": True, "grade_id": "test", "solution": False, "points": 1, "locked": True}
        text = _notebook([_cell(answer, nbgrader=solution), _cell("assert twice(2) == 4", nbgrader=test)])
        self._courses = {}
        for learners in (1, CLASS):
            course = self._courses[learners] = folder / str(learners)
            handed_in = [course / "submitted" / f"learner{number}" / "ps1" for number in range(learners)]
            for place in (course / "source" / "ps1", *handed_in):
                place.mkdir(parents=True)
                (place / "p.ipynb").write_text(text, encoding="utf-8")
            config = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\n'
            (course / "nbgrader_config.py").write_text(config, encoding="utf-8")
            _run(self._run, "generate_assignment", "ps1", variables=self._variables, folder=course)

    def _autograde(self, learners: int) -> None:
        course = self._courses[learners]
        _run(self._run, "autograde", "ps1", "--force", variables=self._variables, folder=course)
        assert len(list(course.glob("autograded/*/ps1/p.ipynb"))) == learners

    def one(self) -> None:
        """Grade a class of one."""
        self._autograde(1)

    def many(self) -> None:
        """Grade a class of thirty."""
        self._autograde(CLASS)


def _environment(name: str, packages: tuple[str, ...]) -> Path:
    """Make an environment with these packages, unless there is one; returns where its programs stand."""
    folder = ROOT / ".bench" / "-".join((name, *(package.partition("==")[2] for package in packages)))
    if not (folder / "done").exists():
        venv.create(folder, with_pip=True, clear=True)
        _run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages)
        (folder / "done").touch()
    return folder / "bin"


def _run(*command: str | Path, variables: Mapping[str, str] | None = None, folder: Path = ROOT) -> None:
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | (variables or {}), capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")


def _cell(source: str, *, raw: bool = False, nbgrader: Mapping[str, Any] | None = None) -> dict[str, Any]:
    cell = {"cell_type": "raw" if raw else "code", "metadata": {"nbgrader": nbgrader} if nbgrader else {}}
    return cell | {"source": source} | ({} if raw else {"execution_count": None, "outputs": []})


def _notebook(cells: list[dict[str, Any]]) -> str:
    numbered = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": numbered, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})
