"""The three printed links, opened in a real browser: each shows its page, and no page calls another machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.real.stack import free_ports, stopped_stack

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    with stopped_stack(tmp_path_factory.mktemp("start"), free_ports()) as running:
        running.wait_for("Ctrl-C here ends all three.")
        yield running.links()


@pytest.fixture
def window(tmp_path: Path) -> Iterator[BrowserContext]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses a sandbox to root
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, args=[*QUIET, *sandbox], headless=True
        )
        yield context
        context.close()


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "h1"), (1, ".jp-DirListing-itemText"), (2, "[data-testid=stMarkdownContainer]")],
    ids=["site", "JupyterLab", "capstone"],
)
def test_a_printed_link_shows_its_page_and_calls_nobody(
    links: list[str], window: BrowserContext, number: int, shown: str
) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    page = window.new_page()
    page.goto(links[number], timeout=PATIENCE_MS)
    page.locator(shown).first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(2_000)  # news and update checks come after the page
    hosts = {urlsplit(address).hostname for address in asked if address.startswith(("http", "ws"))}
    assert hosts == {"127.0.0.1"}
