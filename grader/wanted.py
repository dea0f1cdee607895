"""What a lab wants of one span, fact by fact: how to name it, how to read it, and which values will do.

A check asks whether all of its facts hold; the span tree shows the same facts beside what was emitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.conventions import value_of
from grader.telemetry import Span

_LONGEST = 240


def cut(text: str, most: int = _LONGEST) -> str:
    """Keep a text short enough to read: a whole prompt may stand where a hash belongs."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def said(value: object) -> str:
    """Word a value of a span for a person: text in quotes, so that '7' and 7 can be told apart."""
    if value is None:
        return "not set"
    try:
        return cut(repr(value[:_LONGEST] if isinstance(value, (str, bytes)) else value))
    except RecursionError:
        return "a value nested too deep to be shown"


def same(wanted: object, found: object) -> bool:
    """Tell whether two values are equal and of one type: 7 is not '7', and 1 is not True."""
    return type(wanted) is type(found) and wanted == found


@dataclass(frozen=True, slots=True)
class Wanted:
    """One fact wanted of a span.

    `name` is the attribute, or the span's own field; `label` a short word for it in a sentence; `expected` the value in
    words; `read` takes the value from a span, `agrees` tells whether it will do, `say` words it.
    """

    name: str
    label: str
    expected: str
    read: Callable[[Span], Any]
    agrees: Callable[[Any], bool]
    say: Callable[[Any], str] = said

    def holds(self, span: Span) -> bool:
        """Tell whether a span has this fact."""
        return self.agrees(self.read(span))

    def got(self, span: Span) -> str:
        """Word what a span has instead."""
        return cut(self.say(self.read(span)))


def attribute(
    name: str,
    *accepted: object,
    label: str = "",
    expected: str = "",
    agrees: Callable[[Any], bool] | None = None,
) -> Wanted:
    """Want an attribute, under today's name or one accepted with a note, with one of these values.

    None among `accepted` means that it may be left out, None alone that it must be. `expected` words what is wanted if
    the first accepted value does not; `agrees` replaces the comparison.
    """

    def one_of(found: Any) -> bool:
        return any(same(value, found) for value in accepted)

    def read(span: Span) -> Any:
        return value_of(span.attributes, name)

    return Wanted(name, label or name, expected or said(accepted[0]), read, agrees or one_of)


def kind(wanted: str) -> Wanted:
    """Want a span of this kind, such as "CLIENT"."""
    return Wanted("kind", "kind", wanted, lambda span: span.kind, lambda found: bool(found == wanted), str)


def status(*accepted: str) -> Wanted:
    """Want one of these statuses: "UNSET", "OK", "ERROR"."""
    words = " or ".join(accepted)
    return Wanted("status", "status", words, lambda span: span.status, lambda found: found in accepted, str)
