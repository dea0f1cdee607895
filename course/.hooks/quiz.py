"""Turns a `quiz` fence into questions that work with a keyboard and without a script.

The fence holds YAML: a list of questions, each with `ask` and `options`; an option has `say`, `why` and, if it is
right, `right: true`. A radio button shows its own reason when chosen (the style sheet does that).
"""

import re
from typing import Any

import yaml

from inline import inline

_FENCE = re.compile(r"^```quiz\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class QuizError(Exception):
    """A question that cannot be asked; the message says which and why."""


def fill_quizzes(markdown: str) -> str:
    """Replace every quiz fence of a page by its HTML."""
    return _FENCE.sub(lambda match: render(match[1]), markdown)


def render(source: str) -> str:
    """Return the HTML for a quiz written in YAML."""
    questions = yaml.safe_load(source)
    return "".join(_question(number, question) for number, question in enumerate(questions, start=1))


def _question(number: int, question: dict[str, Any]) -> str:
    options = question["options"]
    if sum(bool(option.get("right")) for option in options) != 1:
        raise QuizError(f"question {number}: exactly one option must say `right: true`")
    if not all(str(option.get("why") or "").strip() for option in options):
        raise QuizError(f"question {number}: every option needs its `why`")
    rows = "".join(_option(number, place, option) for place, option in enumerate(options, start=1))
    return (
        f'<fieldset class="quiz"><legend><span class="quiz-number">Question {number}</span> '
        f"{inline(question['ask'])}</legend>{rows}</fieldset>\n"
    )


def _option(number: int, place: int, option: dict[str, Any]) -> str:
    name, right = f"quiz-{number}-{place}", bool(option.get("right"))
    verdict = "Right." if right else "Not this one."
    return (
        f'<div class="quiz-option {"is-right" if right else "is-wrong"}">'
        f'<input type="radio" name="quiz-{number}" id="{name}"><label for="{name}">{inline(option["say"])}</label>'
        f'<div class="quiz-why" role="status"><p><strong>{verdict}</strong> {inline(option["why"])}</p></div></div>'
    )
