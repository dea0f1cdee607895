"""Names and tables: harmless where they are read, counted as they are."""

from __future__ import annotations

import json

import pytest

from grader.batch.kept import Kept
from grader.batch.names import csv_cell, file_names, markdown, shown
from grader.batch.page import page
from grader.batch.summary import CheckCount, summarise
from grader.batch.tables import to_csv, to_gradescope, to_json, to_markdown
from grader.report import Report, Result


def kept(
    learner: str, verdict: str = "failed", outcome: str = "failed", *, got: str = "", likely: str = "", after: str = ""
) -> Kept:
    result = Result("tokens", "It carries tokens.", outcome, got=got, likely=likely, blocked_by=after)
    return Kept(learner, file_names([learner])[0], "", Report("06", verdict, 7, 1.25, (result,), message=learner))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r=1", "|x", "%x"])
def test_no_text_in_a_cell_is_a_formula(cell: str) -> None:
    assert csv_cell(cell)[0] in "'\\"


def test_a_number_in_a_cell_is_a_number() -> None:
    assert csv_cell(-3) == "-3"


@pytest.mark.parametrize("text", ["a|b", "`x`", "<img>", "[a](b)", "**b**", "~~x~~", "# h", "\x1b[31m", "a\nb", "@you"])
def test_no_text_in_markdown_is_markup(text: str) -> None:
    plain = markdown(text).replace("\\\\", "")
    for sign in "|`<[*~#@\n\x1b":
        assert sign not in plain.replace(f"\\{sign}", "")


def test_names_of_files_are_plain_apart_and_the_same_next_time() -> None:
    names = ["ada", "Ada", "a/b", "a\\b", "..", "", ".x", "é", "è", "x" * 300, "x" * 301, "\udce9"]
    found = file_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    assert all(name.isascii() and name[0].isalnum() and len(name) <= 60 for name in found)
    assert file_names(names) == found


def test_a_name_that_turns_the_writing_or_fills_the_page_is_shown_as_what_it_is() -> None:
    assert shown("a\u202eb") == "a\\u202eb"
    assert len(shown("x" * 1000)) == 80


def test_a_check_fails_at_the_rate_of_those_it_judged() -> None:
    summary = summarise([kept("a"), kept("b", "passed", "passed"), kept("c", outcome="blocked"), kept("d")])
    (count,) = summary.checks
    assert (count.failed, count.passed, count.blocked) == (2, 1, 1)
    assert count.failure_rate == pytest.approx(2 / 3)
    assert CheckCount("06", "x", "X.", 0, 0, 3).failure_rate is None


def test_mistakes_stand_in_the_order_of_their_number() -> None:
    results = [kept("a", likely="swapped"), kept("b", likely="swapped"), kept("c", likely="halved"), kept("d")]
    assert [(m.likely, m.submissions) for m in summarise(results).mistakes] == [("swapped", 2), ("halved", 1)]


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [(["passed"], 0), (["passed", "failed"], 1), (["timeout"], 1), (["failed", "cannot-grade"], 3), (["tampered"], 1)],
)
def test_the_worst_result_is_the_exit_code(verdicts: list[str], code: int) -> None:
    assert summarise([kept(str(n), verdict) for n, verdict in enumerate(verdicts)]).exit_code == code


def test_a_page_holds_no_markup_of_a_learner() -> None:
    hostile = "<script>alert(1)</script>"
    text = page(summarise([kept(hostile, got=hostile, likely=hostile)]))
    assert hostile not in text and text.count("<script>") == 1


def test_a_class_of_thousands_still_fits_a_github_summary() -> None:
    text = to_markdown(summarise([kept(f"learner {n} {'x' * 60}") for n in range(8000)]))
    assert len(text.encode()) < 2**20
    assert "The rest is left out" in text


def test_gradescope_gives_a_point_a_check_that_passed_and_none_for_what_did_not_run() -> None:
    assert json.loads(to_gradescope(kept("a", "passed", "passed").report))["score"] == 1
    given = json.loads(to_gradescope(kept("a", "crashed", "blocked", after="another").report))
    assert (given["score"], given["tests"][0]["output"]) == (0, "waits for: another")


def test_tables_of_several_labs_name_the_lab_of_a_check() -> None:
    other = Kept("b", "b", "", Report("07", "passed", 7, 1.0, (Result("tokens", "T.", "passed"),)))
    head, *rows = to_csv(summarise([kept("a"), other])).splitlines()
    assert head.endswith("06:tokens,07:tokens")
    assert [row.rsplit(",", 2)[1:] for row in rows] == [["failed", ""], ["", "passed"]]
    assert len(json.loads(to_json(summarise([kept("a"), other])))["checks"]) == 2
