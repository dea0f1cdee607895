"""What the theme leaves out is mended, and nothing else is touched."""

from collections.abc import Callable
from typing import Any

Hook = Callable[[str], Any]


def test_the_search_dialog_has_a_name(hook: Hook) -> None:
    assert hook("accessible").mend('<div role="dialog">') == '<div role="dialog" aria-label="Search">'


def test_a_table_can_be_scrolled_with_the_keyboard(hook: Hook) -> None:
    mended = hook("accessible").mend("<table><tr></tr></table>")
    assert mended == '<div class="table-box" tabindex="0"><table class="facts"><tr></tr></table></div>'


def test_the_headers_of_a_table_say_that_they_head_columns(hook: Hook) -> None:
    mended = hook("accessible").mend("<table><thead><tr><th>a</th></tr></thead><tr><th>b</th></tr></table>")
    assert '<thead><tr><th scope="col">a</th></tr></thead><tr><th>b</th></tr>' in mended


def test_tables_with_a_class_and_without_stand_side_by_side(hook: Hook) -> None:
    mended = hook("accessible").mend('<table></table><table class="a"></table>')
    assert mended.endswith('<table class="facts"></table></div><table class="a"></table>')


def test_a_table_that_has_a_class_is_left_alone(hook: Hook) -> None:
    assert hook("accessible").mend('<table class="a"></table>') == '<table class="a"></table>'
