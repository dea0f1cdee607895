"""What a lab's checks file declares, read as text: nothing of it runs, and pytest is not needed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from grader.ran import GraderError
from grader.report import Result


@dataclass(frozen=True, slots=True)
class _Declared:
    id: str
    title: str
    words: dict[str, ast.expr]

    @property
    def anchor(self) -> str:
        found = self.words.get("anchor")
        return str(found.value) if isinstance(found, ast.Constant) else ""


def _declared(checks_file: Path) -> tuple[_Declared, ...]:
    try:
        tree = ast.parse(checks_file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError) as error:
        raise GraderError(f"{checks_file.parent.name}/{checks_file.name} cannot be read: {error}") from error
    return tuple(
        _Declared(
            node.name, ast.get_docstring(node) or "", {word.arg: word.value for word in mark.keywords if word.arg}
        )
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "check"
    )


def declared_checks(checks_file: Path) -> tuple[tuple[str, str], ...]:
    """Return id and sentence of every check that a file declares, in order, without running it.

    Raises:
        GraderError: if the file cannot be read as Python.
    """
    return tuple((check.id, check.title) for check in _declared(checks_file))


def hints_of(checks_file: Path) -> dict[str, tuple[str, str, str]]:
    """Return by check the three hints it declares, from where to look to nearly the line, without running the file.

    Raises:
        GraderError: if the file cannot be read as Python, or a check's hints are not three texts written out.
    """
    return {check.id: _three_texts(check) for check in _declared(checks_file)}


def _three_texts(check: _Declared) -> tuple[str, str, str]:
    try:
        first, second, third = ast.literal_eval(check.words["hints"])
    except (KeyError, TypeError, ValueError) as error:
        raise GraderError(f"check {check.id} needs three hints, written out as texts") from error
    return (str(first), str(second), str(third))


def blocked_results(checks_file: Path, reason: str) -> tuple[Result, ...]:
    """Return a result for every check, all blocked for one reason."""
    return tuple(
        Result(check.id, check.title, "blocked", lesson=f"#{check.anchor}", blocked_by=reason)
        for check in _declared(checks_file)
    )
