"""A tree on the terminal: 80 columns, 16 lines, and nothing said by colour alone."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from grader.span_tree import MARKS, Fact, Row, SpanTree
from grader.span_tree_text import tree_lines, tree_table
from tests.grader.test_span_tree import TREE

S = 1_000_000_000
WRONG = Row("wrong", 0, "attempt 2", "chat", (S, 2 * S), (S, 2 * S), (Fact("tokens", "812", "164", False),))
RIGHT = Row("right", 0, "attempt 1", "chat", (0, S), (0, S))


def printed(*rows: Row, left_out: int = 0) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=80).print(tree_table(SpanTree("r-0031", rows, left_out)))
    return file.getvalue().splitlines()


def test_required_and_emitted_stand_side_by_side() -> None:
    lines = printed(RIGHT, WRONG, Row("missing", 0, "attempt 3", required=(3 * S, 4 * S)))
    assert [" ".join(line.split()) for line in lines] == [
        "Request r-0031 required yours",
        "= right attempt 1 0.00 to 1.00 s 0.00 to 1.00 s",
        "! wrong attempt 2 1.00 to 2.00 s 1.00 to 2.00 s",
        "tokens 812 164",
        "- missing attempt 3 3.00 to 4.00 s no span",
    ]


def test_the_columns_stand_under_each_other() -> None:
    lines = printed(RIGHT, WRONG)
    assert {line.index(text) for line, text in zip(lines, ("required", "0.00", "1.00", "812"), strict=True)} == {35}


def test_each_mark_has_its_sign_and_its_word() -> None:
    for mark, sign in MARKS.items():
        assert tree_lines(SpanTree("r", (Row(mark, 0, "x"),)))[0].head == f"{sign} {mark}"


def test_a_span_below_another_is_indented() -> None:
    lines = printed(RIGHT, Row("extra", 1, name="again", emitted=(0, S)), Row("yours", 2, name="mine", emitted=(0, S)))
    assert [lines[n].index(name) for n, name in ((1, "attempt"), (2, "again"), (3, "mine"))] == [11, 13, 15]


def test_a_time_in_another_unit_is_told_in_words() -> None:
    assert "at another time" in printed(Row("wrong", 0, "a", "chat", (0, S), (-(10**30), S)))[1]


def test_a_span_that_begins_a_moment_early_has_no_minus_zero() -> None:
    assert (
        tree_lines(SpanTree("r", (Row("wrong", 0, "a", "chat", (0, S), (-S // 1000, S)),)))[0].yours == "0.00 to 1.00 s"
    )


def test_sixteen_lines_hold_what_differs_first() -> None:
    lines = printed(*[RIGHT] * 20, WRONG)
    assert [" ".join(line.split())[:18] for line in lines[1:]] == [
        "! wrong attempt 2 ",
        "tokens 812 164",
        "and 20 more spans",
    ]


def test_more_than_sixteen_lines_are_counted() -> None:
    lines = printed(*[WRONG] * 30, RIGHT)
    assert len(lines) == 16
    assert [line.split()[:3] for line in lines[-2:]] == [["and", "47", "more"], ["and", "1", "more"]]


def test_fifteen_lines_under_the_heading_are_all_shown() -> None:
    assert len(printed(*[RIGHT] * 15)) == 16
    assert not any("more" in line for line in printed(*[RIGHT] * 15))


def test_spans_that_were_left_out_are_counted() -> None:
    assert printed(WRONG, left_out=7)[-1].split()[:3] == ["and", "7", "more"]


@given(st.text(st.characters()), st.integers(0, 10**6), st.integers(-(10**30), 10**30))
def test_no_name_moves_the_cursor_or_leaves_its_line(text: str, depth: int, at_ns: int) -> None:
    fact = Fact(text, text, text, False)
    rows = (Row("wrong", depth, text, text, (0, 1), (at_ns, at_ns), (fact,)), *TREE.rows)
    lines = printed(*rows)
    assert len(lines) <= 16
    assert all(line.isprintable() and cell_len(line) <= 80 for line in lines)
