"""The course end to end in a real browser: a lesson, its lab, what is missing, the pass, the board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from grader.labs import find_lab
from grader.notebook import to_notebook
from tests.real.stack import Started, free_ports, stopped_stack

CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
NOTEBOOK = "06_wrap_one_call_site.ipynb"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labs folder of its own, so that no test touches the learner's work."""
    root = tmp_path_factory.mktemp("course") / "labs"
    root.mkdir()
    for lab in find_lab("06").folder.parent.glob("[0-9][0-9]_*"):
        (root / lab.name).symlink_to(lab, target_is_directory=True)
    return root


@pytest.fixture(scope="module")
def stack(labs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADE_LABS", str(labs))
        with stopped_stack(tmp_path_factory.mktemp("stack"), free_ports()) as running:
            running.wait_for("Ctrl-C here ends all three.")
            yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme="dark")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def _run_whole_notebook(page: Page, link: str) -> None:
    page.goto(link.replace("/lab?", f"/lab/tree/{NOTEBOOK}?"))
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=PATIENCE_MS)
    # Without a kernel the menu entry asks which one to take.
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def test_1_the_home_page_leads_to_lesson_06(stack: Started, page: Page, tmp_path: Path) -> None:
    page.goto(stack.links()[0])
    page.get_by_role("link", name=re.compile("Start lesson 6")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Wrap one call site in a span"))
    page.screenshot(path=tmp_path / "lesson.png")


def test_2_the_starter_shows_the_gap_and_grade_says_where_to_begin(stack: Started, page: Page, tmp_path: Path) -> None:
    _run_whole_notebook(page, stack.links()[1])
    expect(page.locator(".jp-OutputArea-output svg.wf").first).to_contain_text("0 of ", timeout=PATIENCE_MS)
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.last).to_contain_text("No report is kept here yet", timeout=PATIENCE_MS)
    expect(outputs.filter(has_text="Lab 06: not started")).to_be_visible()
    page.screenshot(path=tmp_path / "starter.png")


def test_3_a_wrong_value_is_named_and_the_solved_notebook_passes(
    stack: Started, page: Page, labs: Path, tmp_path: Path
) -> None:
    copy = labs / "my" / NOTEBOOK
    solved = to_notebook(find_lab("06").reference)
    copy.write_text(solved.replace("[response.choices[0].finish_reason]", '[\\"stop\\"]'), encoding="utf-8")
    _run_whole_notebook(page, stack.links()[1])
    last = page.locator(".jp-OutputArea-output").last
    expect(last).to_contain_text("not passed yet, 7 of 8 checks", timeout=PATIENCE_MS)
    expect(last).to_contain_text("stopped ['length']")
    expect(last.locator("svg.wf")).to_contain_text("! wrong")
    copy.write_text(solved, encoding="utf-8")
    page.close()
    again = page.context.new_page()
    _run_whole_notebook(again, stack.links()[1])
    expect(again.locator(".jp-OutputArea-output").last).to_contain_text("passed, 8 of 8 checks", timeout=PATIENCE_MS)
    again.screenshot(path=tmp_path / "passed.png")


def test_4_the_board_shows_the_telemetry_that_passed(stack: Started, page: Page, tmp_path: Path) -> None:
    page.goto(stack.links()[2])
    expect(page.locator("svg.wf").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile("06")).first).to_be_visible()
    page.screenshot(path=tmp_path / "board.png")
