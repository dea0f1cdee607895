"""The figure for a narrow screen says what the drawing says, in words that wrap."""

from collections.abc import Callable
from typing import Any

from grader.drawing import Bar

Hook = Callable[[str], Any]


def test_each_bar_has_its_place_its_length_and_its_words(hook: Hook) -> None:
    second = 1_000_000_000
    bars = [
        Bar("chat <a>", 0, second, error=True, note="attempt 1"),
        Bar("chat b", 3 * second, 4 * second, note="attempt 2"),
    ]
    first, last = hook("waterfall").narrow(bars).split("</li>")[:2]
    assert 'class="bar is-bad" style="margin-left:0.0%;width:25.0%"' in first
    assert "chat &lt;a&gt;" in first
    assert "1.00 s error, from 0.00 s" in first
    assert 'class="bar" style="margin-left:75.0%;width:25.0%"' in last
    assert "attempt 2" in last
