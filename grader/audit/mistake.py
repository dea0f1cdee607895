"""What a likely mistake is, and where one was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from grader.audit.calls import Call
from grader.audit.evidence import Evidence
from grader.audit.lessons import Lesson

_WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a fraction", list: "a list"}
SEVERITIES = ("serious", "worth fixing", "advice")


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a mistake was made: the call, or None if it is the application's as a whole.

    `said` names attributes, types and generations; never a value that somebody could have typed.
    """

    call: Call | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake. `weight` is what it takes from a score of 100 where every call makes it.

    A mistake that `explains` why a call lacks a signal takes that signal's own points there, and nothing more.
    """

    id: str
    title: str
    severity: str
    weight: int
    fix: str
    lesson: Lesson
    find: Callable[[Evidence], Iterable[Found]]
    explains: str = ""


def word_for_type(value: Any) -> str:
    """Say what a value is, as a person would."""
    return _WORDS.get(type(value), "a structure")
