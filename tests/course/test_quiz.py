"""Questions become fields that a keyboard can answer, and each option says why."""

from collections.abc import Callable
from typing import Any

import pytest

Hook = Callable[[str], Any]

QUIZ = """Before.

```quiz
- ask: Is `a < b`?
  options:
    - say: "yes"
      right: true
      why: It is.
    - say: "no"
      why: It is not.
```

After.
"""


def test_a_fence_becomes_a_fieldset_with_named_radio_buttons(hook: Hook) -> None:
    filled = hook("quiz").fill_quizzes(QUIZ)
    assert filled.startswith("Before.\n\n<fieldset")
    assert filled.endswith("After.\n")
    assert filled.count('type="radio" name="quiz-1"') == 2
    assert 'id="quiz-1-2"><label for="quiz-1-2">no</label>' in filled
    assert "<code>a &lt; b</code>" in filled
    assert "<strong>Right.</strong> It is." in filled


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      right: true\n", "", "question 1: exactly one option must say"),
        ("      why: It is not.\n", "", "question 1: every option needs its `why`"),
        ("      why: It is not.\n", "      why: ' '\n", "question 1: every option needs its `why`"),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_error(hook: Hook, old: str, new: str, message: str) -> None:
    quiz = hook("quiz")
    with pytest.raises(quiz.QuizError, match=message):
        quiz.fill_quizzes(QUIZ.replace(old, new))
