"""The report as a page: it needs nothing from anywhere, hurts no page around it, and no text in it becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import VERDICTS, Report
from grader.report_html import report_html, report_section, section_of
from grader.report_style import STYLE
from grader.span_tree import Fact, Row, SpanTree
from tests.grader.samples import result
from tests.grader.test_span_tree import TREE

FAILED = result(
    "failed", expected="input 812", got="input 164", where="attempt 2", hint="look", lesson="l#t", tree=TREE
)
WAITS = result("blocked", blocked_by="Each failed attempt is marked.")
REPORT = Report("06", "failed", 7, 1.5, (result(), FAILED, WAITS, WAITS), saved="mine.ipynb, saved 10:51:12")
HOSTILE = "</section><script>alert(1)</script><img src=x onerror=alert(1)>\"' \x1b[2J \u202e \ud800 &lt;"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "section", "h2", "h3", "h4", "p", "ol", "ul", "li", "dl", "dt"),
    *("dd", "span", "figure", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "b", "wbr", "details"),
    *("summary", "svg", "rect", "text", "g", "line"),
}


class Page(HTMLParser):
    """What a browser would find: tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, text: str, /) -> None:
        self.text += text


def test_verdict_checks_and_tree_are_told() -> None:
    page = Page(report_html(REPORT, {"l#t": 'Lesson 06, "Tokens"'}))
    for words in (
        *("Lab 06: not passed yet, 1 of 4 checks", "mine.ipynb, saved 10:51:12", "seed 7", "input 812", "input 164"),
        *("attempt 2", "look", 'Lesson 06, "Tokens"', "2 more checks wait for “Each failed attempt is marked.”"),
        *(
            "Request r-0031: 2 spans required",
            "! wrong",
            "- missing",
            "+ extra",
            "end = 2.000 s ! wrong, required 1.000 s",
        ),
    ):
        assert words in page.text, words


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_is_told_in_words_with_its_message(verdict: str) -> None:
    page = Page(report_html(Report("06", verdict, None, 0.0, message="What to do.", protections=("walls",)), {}))
    assert "Lab 06: " in page.text and "What to do." in page.text and "kept apart while it ran: walls." in page.text


def test_a_passed_check_has_no_details_and_practice_says_that_it_does_not_count() -> None:
    page = Page(report_html(Report("06", "passed", 7, 0.0, (result(hint="never shown"),), practice=True), {}))
    assert "never shown" not in page.text and "does not count" in page.text


def test_the_page_needs_no_script_and_asks_nobody() -> None:
    page = report_html(REPORT, {})
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|url\(|@import|<script|<link|<img|src=|href=", page)
    assert set(Page(page).tags) <= TAGS


def test_every_row_of_the_drawing_takes_focus_and_says_all_that_stands_on_it() -> None:
    attributes = Page(report_html(REPORT, {})).attributes
    assert attributes.count(("tabindex", "0")) == 3
    labels = [text or "" for name, text in attributes if name == "aria-label"]
    assert any("attempt 2: ! wrong" in text and "kind = CLIENT (as required)" in text for text in labels)
    assert {"passed", "failed", "blocked"} <= set(labels)


def test_no_rule_reaches_beyond_the_report() -> None:
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"@media[^{]*\{(.*?\})\}", r"\1", STYLE))
    selectors = [one.strip() for rule in rules for one in rule.split(",")]
    assert len(selectors) > 20
    assert {one for one in selectors if not one.startswith("section.lab-report")} == set()


def test_both_schemes_have_every_colour() -> None:
    schemes = re.findall(r":root\{([^}]*)\}", report_html(REPORT, {}))
    names = [set(re.findall(r"--[\w-]+", colours)) for colours in schemes]
    assert len(names) == 2 and names[0] == names[1]


def hostile(text: str) -> Report:
    rows = (
        Row("wrong", 0, text, text, (0, 1), (-(10**30), 10**30), (Fact(text, text, text, False), Fact(text, "", text))),
        Row("missing", 3, text, required=(0, 1)),
        Row("extra", 99, name=text, emitted=(5, 4)),
    )
    bad = result("failed", title=text, expected=text, got=text, where=text, likely=text, hint=text, lesson="l")
    tree = SpanTree(text, rows, 1)
    checks = (bad, result("failed", title=text, tree=tree), result("blocked", blocked_by=text))
    return Report("06", "failed", 7, 0.0, checks, text, (text,), text, (text,), protections=(text,))


def test_what_a_learner_named_never_becomes_markup() -> None:
    page = report_html(hostile(HOSTILE), {"l": HOSTILE})
    found = Page(page)
    assert set(found.tags) <= TAGS
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "href")]
    assert "<script>alert(1)</script>" in found.text
    assert "\x1b" not in page and "\u202e" not in page
    page.encode()
    assert section_of(page) == report_section(hostile(HOSTILE), {"l": HOSTILE})


def tags(report: Report) -> list[str]:
    return [tag for tag in Page(report_html(report, {"l": "x"})).tags if tag != "wbr"]


@given(st.text(st.characters(), min_size=1))
def test_any_text_leaves_the_same_tags(text: str) -> None:
    assert tags(hostile(text)) == tags(hostile("x"))


def test_the_section_of_a_page_is_found_and_what_is_none_is_told() -> None:
    page = report_html(REPORT, {})
    assert section_of(page) == report_section(REPORT, {})
    for other in ("", "<p>hello</p>", page[: len(page) // 2]):
        with pytest.raises(ValueError, match="no whole report"):
            section_of(other)
