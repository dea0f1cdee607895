"""The capstone page in a real browser: what stands on the first screen, dark and light, and who is asked for what."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect, sync_playwright

from tests.labs.made_runs import call, evening, write_run, write_spans

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
HOSTILE = '<script>window.hurt = 1</script><img src="x" onerror="window.hurt = 2"><b id="hurt">name</b>'
FIRST_SCREEN: ViewportSize = {"width": 1366, "height": 768}
PATIENCE_S = 30.0


@dataclass
class Seen:
    """A page of the capstone, and what its browser complained about or asked other hosts for."""

    page: Page
    labs: Path
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def note_request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.elsewhere.append(request.url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM if CHROMIUM.exists() else None, args=QUIET, headless=True
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a real `streamlit run`, and the labs folder it reads."""
    labs = tmp_path_factory.mktemp("labs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "labs/14_dashboard/app.py", "--server.port", str(port)]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "GRADE_LABS": str(labs)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}/", labs
    finally:
        server.terminate()
        server.wait(15)


def wait_for_answer(address: str) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")


@pytest.fixture(params=["dark", "light"])
def seen(request: pytest.FixtureRequest, browser: Browser, served: tuple[str, Path]) -> Iterator[Seen]:
    address, labs = served
    for old in labs.glob("my/runs/*/telemetry.jsonl"):
        old.unlink()
    context = browser.new_context(viewport=FIRST_SCREEN, color_scheme=request.param)
    opened = Seen(context.new_page(), labs)
    opened.page.on("console", opened.note_console)
    opened.page.on("request", opened.note_request)
    opened.page.set_default_timeout(PATIENCE_S * 1000)
    write_spans(labs, "06", evening())
    opened.page.goto(address)
    opened.page.locator("svg.marks").nth(2).wait_for()
    opened.page.locator("svg.wf").wait_for()
    yield opened
    assert opened.complaints == []
    assert opened.elsewhere == []
    context.close()


def bottom(page: Page, selector: str) -> float:
    """How far down the lowest of these elements reaches, in pixels of the screen."""
    return max(box["y"] + box["height"] for one in page.locator(selector).all() if (box := one.bounding_box()))


def test_the_first_screen_answers_without_scrolling(seen: Seen) -> None:
    verdict = seen.page.locator(".verdict")
    assert "Hurting users" in verdict.inner_text()
    assert bottom(seen.page, ".verdict") < 100
    values = seen.page.locator("[data-testid=stMetricValue]").all_inner_texts()
    assert values == ["3.0", "66.7 %", "1.1 s", "1.3 s", "100", "40"]
    assert bottom(seen.page, "[data-testid=stMetric]") < 300
    assert bottom(seen.page, "svg.marks") <= FIRST_SCREEN["height"]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= FIRST_SCREEN["width"]


def test_nothing_on_the_first_screen_is_cut_off(seen: Seen) -> None:
    cut = seen.page.evaluate(
        """[...document.querySelectorAll('[data-testid=stMetric] *')]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow === 'hidden')
        .map(e => e.textContent)"""
    )
    assert cut == []


def test_the_charts_share_one_time_axis(seen: Seen) -> None:
    frames = seen.page.evaluate(
        """[...document.querySelectorAll('svg.marks')].map(svg => {
            const box = svg.querySelector('.mark-group.role-frame .background').getBoundingClientRect()
            return [Math.round(box.left), Math.round(box.right)] })"""
    )
    assert len(frames) == 3
    assert frames[0] == frames[1] == frames[2]


def too_faint(page: Page) -> list[str]:
    """The texts of the charts whose contrast with the page is below 4.5 : 1."""
    found: list[str] = page.evaluate(
        """() => {
        const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
        const light = c => { const [r, g, b] = c.map(v => linear(v / 255))
            return 0.2126 * r + 0.7152 * g + 0.0722 * b }
        const rgb = c => c.match(/[\\d.]+/g).slice(0, 3).map(Number)
        const paper = light(rgb(getComputedStyle(document.querySelector('.stApp')).backgroundColor))
        const texts = [...document.querySelectorAll('svg.marks text')].filter(e => getComputedStyle(e).opacity > 0.5)
        if (texts.length < 20) return ['too few texts']
        return texts.filter(e => { const a = light(rgb(getComputedStyle(e).fill))
                return (Math.max(a, paper) + 0.05) / (Math.min(a, paper) + 0.05) < 4.5 })
            .map(e => e.textContent) }"""
    )
    return found


def test_text_in_charts_can_be_read_and_follows_the_theme_switch(seen: Seen) -> None:
    assert too_faint(seen.page) == []
    was = seen.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    seen.page.locator("[data-testid=stMainMenu]").click()
    seen.page.get_by_role("menuitemradio", name="Light" if was == "rgb(14, 17, 23)" else "Dark").click()
    paper = seen.page.locator(".stApp")
    expect(paper).not_to_have_css("background-color", was)
    seen.page.wait_for_function("document.querySelectorAll('svg.marks').length === 3")
    assert too_faint(seen.page) == []


def test_the_worst_call_is_drawn_and_takes_keyboard_focus(seen: Seen) -> None:
    bar = seen.page.locator("svg.wf g[tabindex]").first
    bar.scroll_into_view_if_needed()
    assert bar.is_visible()
    bar.focus()
    assert "RateLimitError" in seen.page.locator("table").inner_text()
    assert "error" in seen.page.locator("svg.wf").inner_html()


def test_a_new_run_shows_up_by_itself(seen: Seen) -> None:
    write_spans(seen.labs, "06-graded", [call(second) for second in range(0, 900, 10)])
    seen.page.locator(".verdict", has_text="Calm").wait_for()
    seen.page.get_by_text("Lab 06, the last graded run, recorded").wait_for()
    offered = seen.page.locator("[data-testid=stSelectbox] input").nth(1)
    expect(offered).to_have_value("18:00:00 · answered · 1 s · chat lumen-mid")


def test_hostile_names_hurt_nobody(seen: Seen) -> None:
    hostile = [call(n, 1.0, HOSTILE, name=HOSTILE, attributes={HOSTILE: HOSTILE}) for n in range(5)]
    write_spans(seen.labs, "07", hostile)
    seen.page.locator("caption", has_text="window.hurt").wait_for()
    assert seen.page.evaluate("window.hurt") is None
    assert seen.page.locator("#hurt").count() == 0


def test_a_damaged_run_leaves_the_page_usable(seen: Seen) -> None:
    write_run(seen.labs, "08", "this is no telemetry\n")
    seen.page.get_by_text("None of the file's lines is OTLP/JSON").wait_for()
    seen.page.locator("[data-testid=stSelectbox] input").first.click()
    seen.page.get_by_role("option", name="Lab 06, practice run").click()
    seen.page.locator(".verdict", has_text="Hurting users").wait_for()
