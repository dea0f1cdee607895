"""The site as a reader meets it: built strictly, served, and every page opened in a real browser."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SIZES = [(360, 780), (1440, 900)]
# A page of words, with its figures; the theme's own script and style sheet come on top once and are cached.
MOST_BYTES_A_PAGE = 200_000


class Quiet(SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make site` does, into a folder of the test's own."""
    folder = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Serve the built site from a path below the root, as a real host may."""
    (site.parent / "course").symlink_to(site)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/course/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; a root user needs --no-sandbox."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("no Chromium here: install the package chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Give an empty page that notes requests to other hosts, failed requests and errors."""
    context = browser.new_context()
    opened = context.new_page()
    wrong: list[str] = []
    host = address.split("/course/", maxsplit=1)[0]
    opened.on("request", lambda request: None if _is_ours(request.url, host) else wrong.append(f"asked {request.url}"))
    opened.on("response", lambda reply: wrong.append(f"{reply.status} {reply.url}") if reply.status >= 400 else None)
    opened.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert not wrong


def _is_ours(url: str, host: str) -> bool:
    return url.startswith((host, "data:", "blob:"))


def _pages(site: Path) -> list[str]:
    return sorted(str(file.parent.relative_to(site)).strip(".") for file in site.rglob("index.html"))


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_every_page_opens_without_another_host(
    page: Page, site: Path, address: str, size: tuple[int, int], scheme: str
) -> None:
    """No request leaves, nothing fails, the page is not wider than the screen, and the scheme is the reader's."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ground = {"dark": "rgb(14, 17, 23)", "light": "rgb(251, 251, 248)"}[scheme]
    # Waiting for silence costs half a second a page: once is enough to catch what comes late.
    until: Literal["load", "networkidle"] = "networkidle" if (size, scheme) == (SIZES[-1], "dark") else "load"
    for name in _pages(site):
        page.goto(address + name, wait_until=until)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground, name


def test_every_link_leads_somewhere(page: Page, site: Path, address: str) -> None:
    """Links within the site lead to a file that is there, and to an id that is there; raw HTML included."""
    ids: dict[Path, set[str]] = {}
    for name in _pages(site):
        page.goto(address + name, wait_until="domcontentloaded")
        links: list[str] = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
        for link in links:
            if not link.startswith(address):
                continue
            path, _, anchor = link.removeprefix(address).partition("#")
            file = site / path / "index.html" if path.endswith("/") or not path else site / path
            assert file.is_file(), f"{name} links to {link}"
            if anchor:
                found = ids.setdefault(file, set(re.findall(r'\bid="([^"]+)"', file.read_text(encoding="utf-8"))))
                assert anchor in found, f"{name} links to {link}"


def test_a_page_is_light(site: Path) -> None:
    """A page's own HTML stays small; notebooks as mkdocs-jupyter writes them would not."""
    heavy = {str(file): file.stat().st_size for file in site.rglob("index.html")}
    assert max(heavy.values()) <= MOST_BYTES_A_PAGE, heavy


def test_a_question_is_answered_with_the_keyboard(page: Page, address: str) -> None:
    """Choosing an option shows its own reason and no other."""
    page.goto(address + "lessons/06-wrap-one-call-site/")
    reasons = page.locator(".quiz").first.locator(".quiz-why p")
    assert reasons.filter(visible=True).count() == 0
    page.locator(".quiz").first.locator("input").first.focus()
    page.keyboard.press("Space")
    assert reasons.filter(visible=True).count() == 1
    page.keyboard.press("ArrowDown")
    assert reasons.nth(1).is_visible()
    assert reasons.filter(visible=True).count() == 1


def test_the_first_screen_says_what_the_course_is_about(page: Page, address: str) -> None:
    """Promise, way in and figure stand on the first screen of a small laptop."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(address)
    for part in ("h1", ".home-start a", "figure.evening figcaption"):
        box = page.locator(part).first.bounding_box()
        assert box is not None, part
        assert box["y"] + box["height"] <= 768, part


def test_search_finds_a_lesson(page: Page, address: str) -> None:
    """Search works from the site's own index."""
    page.goto(address, wait_until="networkidle")
    page.locator(".md-search__input").click()
    page.keyboard.type("dated snapshot")
    found = page.locator(".md-search-result__link").first
    # The list follows each letter typed: what counts is what stands there after the last one.
    expect(found).to_have_attribute("href", re.compile("06-wrap-one-call-site"))
