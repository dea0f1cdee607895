"""Hints: one more each time, for the check that failed first, and what to do when there are none."""

from __future__ import annotations

from grader.hints import next_hint
from grader.progress import LabProgress, hint_shown

TITLES = {"one": "Every attempt has a span.", "two": "Each span is true."}
HINTS = {"one": ("Look.", "Think.", "Nearly."), "two": ("look", "think", "nearly " * 30)}
STUCK = LabProgress("in progress", tries=1, stuck_on="one")


def said(lab: LabProgress) -> str:
    return "\n".join(next_hint("06", lab, TITLES, HINTS).lines)


def test_the_report_showed_the_first_so_the_second_comes_and_then_the_third() -> None:
    lab, shown = STUCK, []
    for _ in range(3):
        hint = next_hint("06", lab, TITLES, HINTS)
        shown.append((hint.check, hint.level, sum("hint " in line for line in hint.lines)))
        lab = hint_shown(lab, hint.check, hint.level)
    assert shown == [("one", 2, 2), ("one", 3, 3), ("one", 3, 3)]
    assert lab.tries == STUCK.tries and not lab.may_see_solution


def test_a_hint_stands_under_its_checks_sentence_within_80_columns() -> None:
    lines = next_hint("06", LabProgress("in progress", stuck_on="two", hints={"two": 2}), TITLES, HINTS).lines
    assert lines[:3] == ("✗ Each span is true.", "  hint 1 of 3  look", "  hint 2 of 3  think")
    assert max(map(len, lines)) <= 80


def test_a_hint_keeps_its_indent_in_a_narrow_terminal() -> None:
    lab = LabProgress("in progress", stuck_on="two", hints={"two": 3})
    lines = next_hint("06", lab, TITLES, HINTS, 40).lines
    assert max(map(len, lines)) <= 40
    assert lines[4].startswith(" " * len("  hint 3 of 3  ") + "nearly")


def test_another_check_begins_with_its_own_second_hint() -> None:
    lab = LabProgress("in progress", stuck_on="two", hints={"one": 3})
    assert next_hint("06", lab, TITLES, HINTS).level == 2


def test_when_all_are_out_the_next_step_is_told() -> None:
    lab = hint_shown(STUCK, "one", 3)
    assert "After 2 more tries, --solution shows the reference." in " ".join(said(lab).split())
    assert "1 more try," in " ".join(said(hint_shown(LabProgress(tries=2, stuck_on="one"), "one", 3)).split())
    assert "grade 06 --solution" in said(hint_shown(LabProgress(tries=3, stuck_on="one"), "one", 3))


def test_where_no_check_failed_there_is_no_hint_and_a_next_step() -> None:
    assert said(LabProgress()).startswith("Nothing was graded yet. Do task 1")
    assert said(LabProgress("passed", passed_at="x")).startswith("Lab 06 is passed")
    assert said(LabProgress("in progress", tries=1)).startswith("No check failed in the last grading")
    assert next_hint("06", LabProgress("in progress", tries=1), TITLES, HINTS).level == 0


def test_a_check_that_the_lab_no_longer_has_gives_no_hint() -> None:
    assert next_hint("06", LabProgress("in progress", tries=1, stuck_on="gone"), TITLES, HINTS).level == 0
