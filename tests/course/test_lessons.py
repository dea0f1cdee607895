"""Every lesson that can be read is whole: its examples run, its numbers exist, its parts stand in order."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from course.catalogue import Lesson, lessons

Hook = Callable[[str], Any]
READY = [lesson for lesson in lessons() if lesson.is_ready]
PARTS = ["A worked example", "What goes wrong", "Try it", "Check yourself", "Keep", "Sources"]


@pytest.mark.parametrize("lesson", READY, ids=lambda lesson: lesson.number)
def test_numbers_and_examples_of_a_lesson_exist(hook: Hook, lesson: Lesson) -> None:
    """What the site's build does to a lesson's text, without MkDocs."""
    runs, markers = hook("runs"), hook("markers")
    text = lesson.file.read_text(encoding="utf-8")
    evening, _ = runs.reference("06_wrap_one_call_site")
    outputs = {name: lambda code=code: runs.output(code) for name, code in markers.examples(text).items()}
    filled = hook("quiz").fill_quizzes(markers.fill_text(text, hook("evening").numbers(evening), outputs))
    assert filled.count('<fieldset class="quiz">') == 3
    assert "{{" not in filled


@pytest.mark.parametrize("lesson", READY, ids=lambda lesson: lesson.number)
def test_the_parts_of_a_lesson_stand_in_order(lesson: Lesson) -> None:
    """The order that every lesson has; the moment and the idea come before the first of these."""
    headings = re.findall(r"^## (.+?)(?: \{.*)?$", lesson.file.read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading in PARTS] == PARTS


def test_the_evening_fits_the_sentences_around_its_numbers(hook: Hook) -> None:
    """The home page and lesson 06 say that every request was answered; if not, choose another PRACTICE_SEED."""
    evening, spans = hook("runs").reference("06_wrap_one_call_site")
    numbers = hook("evening").numbers(evening)
    assert numbers["run.answered"] == numbers["run.requests"]
    assert numbers["run.story.attempts"] == "3"
    assert len({numbers[f"run.story.{name}_s"] for name in ("last", "before_last", "failed")}) == 3
    assert len(spans) == len(evening.attempts)


def test_a_program_that_fails_is_named(hook: Hook) -> None:
    """The build says which program did not run, with its last words."""
    runs = hook("runs")
    with pytest.raises(runs.RunError, match=r"an example did not run: ValueError: no"):
        runs.output("raise ValueError('no')")
