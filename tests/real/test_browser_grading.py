"""Lab 06 in a real browser: the same files run and judge inside Pyodide, with the same outcome per check as `grade`.

Python for the browser comes from npm once, pinned with its hash, and stays in pytest's cache folder.
"""

import json
import re
import shutil
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from grader.judge import grade_cells
from grader.labs import find_lab
from grader.notebook import Cell, to_notebook
from grader.solutions import wrong_solutions
from tests.real.browser.bundle import write_bundle

BROWSER_FILES = Path(__file__).with_name("browser")
LAB = find_lab("06")
WRONG = {solution.name: solution for solution in wrong_solutions(LAB)}
LARGE_SEED = 2**64 - 3  # a seed that JavaScript's numbers cannot hold
# Nothing but this machine has an address, and Chromium's own errands are off.
OPTIONS = (
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The page in its browser: what loading it took, and every address that was asked for."""

    page: Page
    loading: dict[str, Any]
    asked: list[str]
    served: list[str]

    def grade(self, cells: tuple[Cell, ...], seed: int | None) -> dict[str, Any]:
        """Grade a notebook's cells in the browser."""
        order = {"lab": LAB.number, "notebook": to_notebook(cells), "seed": None if seed is None else str(seed)}
        answer: dict[str, Any] = self.page.evaluate("order => ask(order)", order)
        print(f"seed {seed}: {answer['report']['verdict']} in {answer['seconds']:.2f} s")
        return answer


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
    """Serve the folder plainly, open it in headless Chromium, and load Python."""
    served: list[str] = []

    class Plain(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            served.append(self.path)

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no Chromium here: install the package chromium")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Plain, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        context = browser.new_context()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("console", lambda said: print(f"console: {said.text}"))
        began_s = time.monotonic()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/index.html")
        loading = page.evaluate("ask(null)")
        loading["from_open_s"] = time.monotonic() - began_s
        print("loaded:", json.dumps(loading))
        yield Opened(page, loading, asked, served)
        browser.close()
    server.shutdown()
    server.server_close()


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
    there = opened.grade(cells, seed)
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
    first, second = (opened.grade(LAB.reference, None) for _ in range(2))
    assert [first["report"]["verdict"], second["report"]["verdict"]] == ["passed", "passed"]
    assert first["report"]["seed"] != second["report"]["seed"]
    assert first["telemetry"] != second["telemetry"]


def test_no_request_leaves_for_another_host(opened: Opened) -> None:
    hosts = {urlsplit(url).hostname for url in opened.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    paths = {urlsplit(url).path for url in opened.asked}
    # The worker's own requests are among those watched, or the line above would prove little.
    assert {"/pyodide/pyodide.asm.wasm", "/bundle.zip", "/in_browser.py"} <= paths
    assert len(opened.served) <= 12


def test_the_bundle_holds_the_files_as_they_stand_here(site: Path, opened: Opened) -> None:
    root = BROWSER_FILES.parents[2]
    with zipfile.ZipFile(site / "bundle.zip") as bundle:
        ours = [name for name in bundle.namelist() if name.startswith(("simulator/", "grader/", "labs/"))]
        assert "grader/judge.py" in ours
        assert all(bundle.read(name) == (root / name).read_bytes() for name in ours)
    assert opened.loading["bundle_bytes"] <= 1_500_000
