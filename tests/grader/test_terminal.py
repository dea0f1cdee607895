"""The report on the terminal: 80 columns, no colour in a log, no way for a name to move the cursor."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len

from grader.report import VERDICTS, Report
from grader.terminal import clean, print_line, print_lines, print_report
from tests.grader.samples import result
from tests.grader.test_span_tree import TREE

FAILED = result(
    "failed",
    expected="error.type 'RateLimitError'",
    got="None " * 60,
    where='span "chat"',
    likely="a slip",
    hint="look",
    lesson="l#errors",
)
REPORT = Report("06", "failed", 7, 1.5, (result(title="Word " * 40), FAILED, result("blocked", blocked_by="One " * 40)))
HOSTILE = "\x1b[2J\x1b]0;gone\x07\r\b \u202e \ud800 [red]x[/red] \n \x9b31m"


def printed(report: Report) -> str:
    file = io.StringIO()
    print_report(report, {"l#errors": 'Lesson 06, "Errors"'}, file)
    return file.getvalue()


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("columns", ["40", "80", "300"])
def test_no_line_is_wider_than_80_columns_or_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    wide = replace(FAILED, got="漢字" * 100, where="x" * 500, tree=TREE)
    text = printed(replace(REPORT, checks=(*REPORT.checks, wide), message="m" * 200, notes=("n " * 90,)))
    assert max(map(cell_len, text.splitlines())) <= min(int(columns), 80)


def test_nothing_but_text_is_written_to_a_file() -> None:
    assert "\x1b" not in printed(REPORT)


def test_each_outcome_has_its_sign_and_its_words() -> None:
    text = printed(REPORT)
    for words in (
        *("✓ Word", "✗ Each failed", "✗ Lab 06: not passed yet, 1 of 3 checks", "seed 7"),
        *(
            "expected  error.type",
            "hint      look",
            "likely    a slip",
            'read      Lesson 06, "Errors"',
            '· 1 more check waits for "One',
        ),
    ):
        assert words in text


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_is_told_in_words(verdict: str) -> None:
    text = printed(Report("06", verdict, None, 0.0, message="What to do next."))
    assert "Lab 06: " in text
    assert "What to do next." in text
    assert "seed" not in text


def test_one_tree_stands_under_the_checks_and_above_the_verdict() -> None:
    text = printed(replace(REPORT, checks=(*REPORT.checks, replace(FAILED, tree=TREE), replace(FAILED, tree=TREE))))
    assert text.count("Request r-0031") == 1
    assert text.index("hint      look") < text.index("Request r-0031") < text.index("✗ Lab 06")
    assert "Request" not in printed(REPORT)


def test_checks_that_all_wait_are_not_listed() -> None:
    text = printed(Report("06", "crashed", 7, 0.0, (result("blocked"),) * 8, message="Cell 3"))
    assert "Each failed" not in text


def test_names_cannot_move_the_cursor_or_colour_anything() -> None:
    hostile = result(
        "failed", title=HOSTILE, expected=HOSTILE, got=HOSTILE, where=HOSTILE, likely=HOSTILE, hint=HOSTILE
    )
    text = printed(Report("06", "failed", 7, 0.0, (hostile,), HOSTILE, (HOSTILE,), HOSTILE, (HOSTILE,)))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "[red]x[/red]" in text
    text.encode()


def test_control_characters_are_shown_as_what_they_are() -> None:
    assert clean("a\x1b[0mé漢\n") == "a\\x1b[0mé漢\\n"


def test_where_a_terminal_knows_no_tick_a_pass_still_looks_unlike_a_failure() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_report(replace(REPORT, message="“漢”…"), {}, file)
    file.flush()
    file.seek(0)
    said = file.read()
    for words in ("+ Word", "x Each failed", "- 1 more check waits", "x Lab 06: not passed yet", '"?".'):
        assert words in said


def test_a_lab_that_was_not_run_has_no_seed_to_tell() -> None:
    assert "seed" not in printed(Report("99", "cannot-grade", 7, 0.0, message="There is no lab 99."))
    assert "seed 7" in printed(Report("06", "cannot-grade", 7, 0.0, saved="n.ipynb"))


def test_styled_lines_lose_nothing_and_cannot_move_the_terminal() -> None:
    file = io.StringIO()
    print_lines([("✓ 06", "green"), ("漢" * 60, ""), (HOSTILE, "red"), ("[now]", "dim")], file)
    lines = file.getvalue().splitlines()
    assert (lines[0], lines[-1], file.getvalue().count("漢")) == ("✓ 06", "[now]", 60)
    assert max(map(cell_len, lines)) <= 80


def test_a_line_is_printed_as_text() -> None:
    file = io.StringIO()
    print_line("[bold]no markup[/bold] \x1b[2J", file)
    assert file.getvalue() == "[bold]no markup[/bold] \\x1b[2J\n"
