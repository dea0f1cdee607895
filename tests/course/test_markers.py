"""Numbers, outputs and figures reach their places, and a name that nobody makes stops the build."""

from collections.abc import Callable
from typing import Any

import pytest

Hook = Callable[[str], Any]

PAGE = """It took {{ run.waited_s }} s.

<!-- example: one-call -->

```python
print("hello")
```

<!-- output: one-call -->

<!-- figure: waterfall -->
"""


def test_an_example_is_found_by_its_name(hook: Hook) -> None:
    assert hook("markers").examples(PAGE) == {"one-call": 'print("hello")\n'}


def test_numbers_and_outputs_are_put_into_the_text(hook: Hook) -> None:
    filled = hook("markers").fill_text(PAGE, {"run.waited_s": "14.6"}, {"one-call": lambda: "hello\n"})
    assert "It took 14.6 s." in filled
    assert "```text { .output .no-copy }\nhello\n```" in filled
    assert "<!-- figure: waterfall -->" in filled


def test_figures_are_put_into_the_rendered_page(hook: Hook) -> None:
    figures = {"waterfall": lambda: "<svg/>", "never asked": lambda: 1 / 0}
    assert hook("markers").fill_figures("<p>a</p>\n<!-- figure: waterfall -->", figures) == "<p>a</p>\n<svg/>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ run.waited }}", "no number is called 'run.waited'; there are run.waited_s"),
        ("<!-- output: other -->", "no output is called 'other'; there are none"),
    ],
)
def test_a_name_that_nobody_makes_is_an_error(hook: Hook, text: str, message: str) -> None:
    markers = hook("markers")
    with pytest.raises(markers.MarkerError, match=message):
        markers.fill_text(text, {"run.waited_s": "14.6"}, {})
