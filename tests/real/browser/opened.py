"""The test's page in a headless Chromium, served from this machine alone, with every request written down."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from grader.notebook import Cell, to_notebook

# Nothing but this machine has an address, and Chromium's own errands are off.
OPTIONS = (
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The page in its browser: what loading Python took, and every address that page and worker asked for."""

    page: Page
    loading: dict[str, Any]
    asked: list[str]

    def grade(self, lab: str, cells: tuple[Cell, ...], seed: int | None) -> dict[str, Any]:
        """Grade a notebook's cells in the browser."""
        order = {"lab": lab, "notebook": to_notebook(cells), "seed": None if seed is None else str(seed)}
        answer: dict[str, Any] = self.page.evaluate("order => ask(order)", order)
        print(f"seed {seed}: {answer['report']['verdict']} in {answer['seconds']:.2f} s")
        return answer


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def opened_page(site: Path) -> Iterator[Opened]:
    """Serve a folder as a plain static host does, open its page, and load Python."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no Chromium here: install the package chromium")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
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
            loading = page.evaluate("ask(null)") | {"from_open_s": time.monotonic() - began_s}
            print("loaded:", json.dumps(loading))
            yield Opened(page, loading, asked)
            browser.close()
        server.shutdown()
