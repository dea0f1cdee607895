"""The report as a browser shows it: on its own in both schemes and two widths, and inside another page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from grader.report import Report
from grader.report_html import report_html, report_section
from tests.grader.samples import result
from tests.grader.test_span_tree import TREE

CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
LONG = "x" * 300
FAILED = result("failed", expected=LONG, got="two", where=f'span "{LONG}"', likely="a slip", hint="look", tree=TREE)
REPORT = Report("06", "failed", 2**64 - 1, 1.5, (result(), FAILED, result("blocked", blocked_by="One.")), saved=LONG)
HOST = "<!doctype html><h2>Mine</h2><h3>Mine</h3><ol><li>Mine</li></ol><table><tr><th>a</th><td>b</td></tr></table>"
LOOKS = """() => [...document.querySelectorAll('body > :not(section), body > :not(section) *')].map(
    element => JSON.stringify([...getComputedStyle(element)].map(name => getComputedStyle(element)[name])))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, java_script_enabled=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_is_wider_than_the_screen_and_nobody_is_asked(
    width: int, scheme: str, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(report_html(REPORT, {}), encoding="utf-8")
    asked: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=False,
    )
    shown = context.new_page()
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto((tmp_path / "report.html").as_uri())
    assert asked == [(tmp_path / "report.html").as_uri()]
    expect(shown.get_by_role("heading", name="Lab 06: not passed yet")).to_be_visible()
    expect(shown.get_by_role("cell", name="- missing attempt 1")).to_be_visible()
    expect(shown.locator("svg.wf")).to_be_visible(visible=width > 640)
    boxes = [locator.bounding_box() for locator in shown.locator("section *:not(svg *)").all()]
    assert max(box["x"] + box["width"] for box in boxes if box) <= width + 0.5
    context.close()


def test_a_row_in_focus_lists_what_stands_on_it(page: Page) -> None:
    page.set_content(report_html(REPORT, {}))
    listed = page.locator("svg.wf .p").get_by_text("end = 2.000 s ! wrong, required 1.000 s")
    expect(listed).to_be_hidden()
    page.keyboard.press("Tab")  # attempt 1, which is missing
    page.keyboard.press("Tab")
    expect(listed).to_be_visible()


def test_the_page_around_it_looks_as_before(page: Page) -> None:
    page.set_content(HOST)
    before = page.evaluate(LOOKS)
    page.set_content(HOST + report_section(REPORT, {}))
    assert page.evaluate(LOOKS) == before
    assert len(before) > 8
