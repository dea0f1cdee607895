"""Every finding leads to a lesson: to a paragraph or page that is there, or to a title while it is in the making."""

from __future__ import annotations

import pytest

from course import catalogue
from grader.audit.lessons import Lesson
from grader.audit.mistakes import all_mistakes
from grader.audit.signals import SIGNALS

LESSONS = [signal.lesson for signal in SIGNALS] + [mistake.lesson for mistake in all_mistakes()]
TAUGHT = {(lesson.number, lesson.anchor) for lesson in LESSONS}


@pytest.mark.parametrize(("number", "anchor"), sorted(TAUGHT))
def test_a_link_leads_to_a_heading_that_is_there(number: str, anchor: str) -> None:
    lesson = Lesson(number, anchor)
    page = catalogue.lesson(number)
    assert page.number == number
    assert not anchor or catalogue.heading(number, anchor)
    assert lesson.link == (f"{page.url}#{anchor}".rstrip("#") if page.is_ready else "")
    assert lesson.words.startswith(f"Lesson {number}, ")
    assert lesson.words.endswith("(in the making)") is not page.is_ready
