"""A lesson is read in the minutes it promises, one more or less.

200 words a minute, ten seconds a line of code, twenty a figure. What a program prints counts as a figure. Not counted:
questions, sources, and the folded block for the lab.
"""

import re

import pytest

from course.catalogue import Lesson, lessons

READY = [lesson for lesson in lessons() if lesson.is_ready]

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_QUIZ = re.compile(r"^```quiz\n.*?^```$", re.DOTALL | re.MULTILINE)
_FOLDED = re.compile(r"^\?\?\? .*\n(?:(?: {4}.*)?\n)*", re.MULTILINE)
_SOURCES = re.compile(r"^## Sources\n.*", re.DOTALL | re.MULTILINE)
_FIGURE = re.compile(r"^<!-- (?:figure|output): .*-->$", re.MULTILINE)
_NOISE = re.compile(r"<!--.*?-->|\{#[\w-]+\}|\]\([^)]*\)|\{\{\s*|\s*\}\}")
_WORD = re.compile(r"[\w.×%+/'’-]*\w[\w.×%+/'’()-]*")


def minutes(markdown: str) -> float:
    """Return how long a lesson takes to read."""
    text = _FRONT_MATTER.sub("", markdown)
    for skipped in (_QUIZ, _FOLDED, _SOURCES):
        text = skipped.sub("", text)
    code_lines = sum(1 for code in _CODE.findall(text) for line in code.splitlines() if line.strip())
    figures = len(_FIGURE.findall(text))
    words = len(_WORD.findall(_NOISE.sub(" ", _CODE.sub("", text))))
    return words / 200 + (10 * code_lines + 20 * figures) / 60


@pytest.mark.parametrize("lesson", READY, ids=lambda lesson: lesson.number)
def test_a_lesson_keeps_its_minutes(lesson: Lesson) -> None:
    assert abs(minutes(lesson.file.read_text(encoding="utf-8")) - lesson.minutes) <= 1


@pytest.mark.parametrize("lesson", READY, ids=lambda lesson: lesson.number)
def test_an_example_has_at_most_fifteen_lines(lesson: Lesson) -> None:
    for code in _CODE.findall(lesson.file.read_text(encoding="utf-8")):
        assert sum(bool(line.strip()) for line in code.splitlines()) <= 15


def test_what_counts_and_what_does_not() -> None:
    """A minute of words, a line of code and a figure; nothing of the rest."""
    page = "---\ntitle: a\n---\n" + "word " * 200 + "\n\n```python\nx = 1\n\ny = 2\n```\n\n<!-- figure: a -->\n"
    page += (
        '\n??? abstract "For the lab"\n\n    one two\n\n    three\n\n```quiz\n- ask: why\n```\n\n## Sources\n\n- four\n'
    )
    assert minutes(page) == pytest.approx(1 + 40 / 60)
