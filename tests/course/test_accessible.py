"""What the theme leaves out is mended, and nothing else is touched."""

from collections.abc import Callable
from typing import Any

Hook = Callable[[str], Any]


def test_the_search_dialog_has_a_name(hook: Hook) -> None:
    assert hook("accessible").mend('<div role="dialog">') == '<div role="dialog" aria-label="Search">'


def test_a_table_can_be_scrolled_with_the_keyboard(hook: Hook) -> None:
    mended = hook("accessible").mend("<table><tr></tr></table>")
    assert mended == '<div class="table-box" tabindex="0"><table class="facts"><tr></tr></table></div>'


def test_a_table_that_has_a_class_is_left_alone(hook: Hook) -> None:
    assert hook("accessible").mend('<table class="a"></table>') == '<table class="a"></table>'
