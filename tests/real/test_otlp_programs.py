"""Programs in JavaScript and Java play lab 06's evening: right ones pass its checks, wrong ones fail the right ones.

The right ones are the examples of the page `any-program`; the wrong ones are small changes of them. Each takes the 40
real seconds of an evening; three play at a time.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.real.stack import ROOT

PROGRAMS = Path(__file__).with_name("programs")
AT_A_TIME = 3
GRADE = (sys.executable, "-m", "grader", "06", "--otlp", "--json", "-")
JAVASCRIPT, JAVA = "node/bot.mjs", "java/Bot.java"
VARIANTS: dict[str, tuple[str, tuple[tuple[str, str], ...], set[str]]] = {
    "JavaScript": (JAVASCRIPT, (), set()),
    "Java": (JAVA, (), set()),
    "JavaScript, tokens swapped": (
        JAVASCRIPT,
        (
            ('input_tokens": answer.usage.prompt_tokens', 'input_tokens": answer.usage.completion_tokens'),
            ('output_tokens": answer.usage.completion_tokens', 'output_tokens": answer.usage.prompt_tokens'),
        ),
        {"carries_tokens"},
    ),
    "JavaScript, the message as kind of error": (
        JAVASCRIPT,
        (("error.constructor.name", "error.message"),),
        {"marks_errors"},
    ),
    "Java, the span opens after the answer": (
        JAVA,
        (('"chat " + model, started, Instant.now()', '"chat " + model, Instant.now(), Instant.now()'),),
        {"lasts_as_long"},
    ),
    "Java, the span closes before the answer": (
        JAVA,
        (('"chat " + model, started, Instant.now()', '"chat " + model, started, started'),),
        {"lasts_as_long"},
    ),
}


def program(name: str) -> str:
    """The path of a program that must be here."""
    if (found := shutil.which(name)) is None:
        pytest.fail(f"no {name} here: install Node.js 20 or newer with npm, and a JDK of 17 or newer")
    return found


@pytest.fixture(scope="module")
def node_modules(pytestconfig: pytest.Config) -> Path:
    """The JavaScript program's packages, fetched if this is the first time."""
    folder: Path = pytestconfig.cache.mkdir("otlp-node")
    lock, kept = PROGRAMS / "node" / "package-lock.json", folder / "package-lock.json"
    if not (kept.is_file() and kept.read_bytes() == lock.read_bytes() and (folder / "node_modules").is_dir()):
        shutil.copy(PROGRAMS / "node" / "package.json", folder)
        shutil.copy(lock, kept)
        command = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        fetched = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if fetched.returncode != 0:
            kept.unlink()
            pytest.fail(f"npm could not fetch the program's packages: {fetched.stderr[-500:]}")
    return folder / "node_modules"


def changed(source: str, changes: tuple[tuple[str, str], ...]) -> str:
    """A program with each of these texts, which stand in it once, replaced."""
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def grade(seed: int, command: list[str]) -> dict[str, Any]:
    """The report of `grade` on a program."""
    asked = [*GRADE, "--seed", str(seed), "--", *command]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (report["verdict"] != "passed"), done.stderr
    report["said"] = done.stderr
    return report


@pytest.fixture(scope="module")
def reports(
    node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[dict[str, Any]]]]:
    """The report on each variant, when it is there."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        started = {}
        for seed, (name, (source, changes, _)) in enumerate(VARIANTS.items(), 1):
            folder = tmp_path_factory.mktemp("program")
            (folder / "node_modules").symlink_to(node_modules)
            file = folder / Path(source).name
            file.write_text(changed((PROGRAMS / source).read_text(encoding="utf-8"), changes), encoding="utf-8")
            command = [program("java" if source == JAVA else "node"), str(file)]
            started[name] = pool.submit(grade, seed, command)
        yield started


@pytest.mark.parametrize("name", VARIANTS)
def test_a_program_in_another_language_is_judged_by_the_labs_own_checks(
    name: str, reports: dict[str, Future[dict[str, Any]]]
) -> None:
    report = reports[name].result()
    wrong = VARIANTS[name][2]
    assert {check["id"] for check in report["checks"] if check["outcome"] == "failed"} == wrong, report
    assert {check["outcome"] for check in report["checks"]} <= {"passed", "failed"}
    assert report["verdict"] == ("failed" if wrong else "passed")
    assert report["seconds"] < 60
    assert "refused" not in report["said"]
