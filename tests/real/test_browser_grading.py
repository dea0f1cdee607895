"""Lab 06 in a real browser: the same files run and judge inside Pyodide, with the same outcome per check as `grade`.

Python for the browser comes from npm once, pinned with its hash, and stays in pytest's cache folder.
"""

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from grader.judge import grade_cells
from grader.labs import find_lab
from grader.notebook import Cell
from grader.solutions import wrong_solutions
from tests.real.browser.bundle import write_bundle
from tests.real.browser.opened import Opened, opened_page

BROWSER_FILES = Path(__file__).with_name("browser")
LAB = find_lab("06")
WRONG = {solution.name: solution for solution in wrong_solutions(LAB)}
LARGE_SEED = 2**64 - 3  # a seed that JavaScript's numbers cannot hold


@pytest.fixture(scope="module")
def pyodide(pytestconfig: pytest.Config) -> Path:
    """The folder of the pinned Pyodide, fetched if this is the first time."""
    folder: Path = pytestconfig.cache.mkdir("pyodide")
    lock = BROWSER_FILES / "package-lock.json"
    kept = folder / "package-lock.json"
    if not (kept.is_file() and kept.read_bytes() == lock.read_bytes() and (folder / "node_modules").is_dir()):
        if (npm := shutil.which("npm")) is None:
            pytest.fail("no npm here: install Node.js 20 or newer")
        shutil.copy(BROWSER_FILES / "package.json", folder)
        shutil.copy(lock, kept)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        fetched = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if fetched.returncode != 0:
            kept.unlink()
            pytest.fail(f"npm could not fetch Pyodide: {fetched.stderr[-500:]}")
    return folder / "node_modules" / "pyodide"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, pyodide: Path) -> Path:
    """A folder as a static host would have it: the page, its worker, Pyodide and the bundle."""
    folder = tmp_path_factory.mktemp("browser")
    for name in ("index.html", "worker.mjs", "in_browser.py"):
        shutil.copy(BROWSER_FILES / name, folder)
    (folder / "pyodide").symlink_to(pyodide)
    print("\nin the bundle:", ", ".join(write_bundle(folder / "bundle.zip", LAB.folder.name)))
    return folder


@pytest.fixture(scope="module")
def opened(site: Path) -> Iterator[Opened]:
    """The page, with Python loaded."""
    with opened_page(site) as page:
        yield page


def variant(name: str) -> tuple[Cell, ...]:
    """The notebook of a name: the starter, the reference, one that is not Python, or a wrong solution."""
    if name == "not Python":
        return (*LAB.reference, Cell("code", "print(1 +", len(LAB.reference) + 1))
    return {"starter": LAB.starter, "reference": LAB.reference}.get(name) or WRONG[name].cells


def without_stack_traces(telemetry: str) -> str:
    """Telemetry without the one thing that depends on where Python stands and which release it is."""
    return re.sub(r'("exception\.stacktrace","value":)\{"stringValue":"(?:[^"\\]|\\.)*"\}', r"\1null", telemetry)


@pytest.mark.parametrize(
    ("name", "seed", "verdict"),
    [
        ("starter", 6, "not-attempted"),
        ("reference", 6, "passed"),
        ("reference", LARGE_SEED, "passed"),
        ("only answers get a span", 6, "failed"),
        ("the filled-in prompt is hashed", LARGE_SEED, "failed"),
        ("the pause stands inside the span", 7, "failed"),
        ("not Python", 6, "crashed"),
        ("reference", 6, "passed"),
    ],
)
def test_browser_and_grade_agree_on_every_check(opened: Opened, name: str, seed: int, verdict: str) -> None:
    cells = variant(name)
    there = opened.grade(LAB.number, cells, seed)
    here = grade_cells(LAB, cells, seed)
    local = json.loads(here.report.to_json())
    assert there["report"]["verdict"] == local["verdict"] == verdict
    assert there["report"]["checks"] == local["checks"]
    assert there["report"]["message"] == local["message"]
    if verdict != "crashed":  # what a notebook left behind before it stopped is nobody's evidence
        assert without_stack_traces(there["telemetry"]) == without_stack_traces(here.telemetry.decode())
    if name in WRONG:
        failed = {check["id"] for check in there["report"]["checks"] if check["outcome"] == "failed"}
        assert failed == WRONG[name].fails
    assert (there["report"]["practice"], local["practice"]) == (True, False)


def test_each_practice_plays_fresh_traffic(opened: Opened) -> None:
    first, second = (opened.grade(LAB.number, LAB.reference, None) for _ in range(2))
    assert [first["report"]["verdict"], second["report"]["verdict"]] == ["passed", "passed"]
    assert first["report"]["seed"] != second["report"]["seed"]
    assert first["telemetry"] != second["telemetry"]


def test_no_request_leaves_for_another_host(opened: Opened) -> None:
    hosts = {urlsplit(url).hostname for url in opened.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    paths = {urlsplit(url).path for url in opened.asked}
    # The worker's own requests are among those watched, or the line above would prove little.
    assert {"/pyodide/pyodide.asm.wasm", "/bundle.zip", "/in_browser.py"} <= paths


def test_the_bundle_is_small_and_holds_the_files_as_they_stand_here(tmp_path: Path) -> None:
    root = BROWSER_FILES.parents[2]
    write_bundle(tmp_path / "bundle.zip", LAB.folder.name)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        ours = [name for name in bundle.namelist() if name.startswith(("simulator/", "grader/", "labs/"))]
        assert {"grader/judge.py", "simulator/engine.py", f"labs/{LAB.folder.name}/checks.py"} <= set(ours)
        assert [name for name in ours if bundle.read(name) != (root / name).read_bytes()] == []
    assert (tmp_path / "bundle.zip").stat().st_size <= 1_500_000
