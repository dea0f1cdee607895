"""What a value in a request must be. Each function refuses anything else, naming the parameter as OpenAI does.

Codes and wording follow OpenAI's API (errors seen in public issue threads in 2026); the parameter is a path such as
"messages[2].content".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NoReturn

_TYPE_WORDS = {
    bool: "a boolean", int: "an integer", float: "a decimal", str: "a string", list: "an array", dict: "an object",
}  # fmt: skip
_LONGEST_QUOTE = 60


class Refused(Exception):
    """A request is wrong in itself; `code` and `param` are for programs, the message is for people."""

    def __init__(self, code: str, message: str, param: str | None, status: int = 400) -> None:
        """Say what is wrong with which parameter."""
        super().__init__(message)
        self.code, self.message, self.param, self.status = code, message, param, status


def type_words(found: Any) -> str:
    """Name the JSON type of a value: "a string", "null"."""
    return "null" if found is None else _TYPE_WORDS.get(type(found), f"a {type(found).__name__}")


def quoted(found: Any) -> str:
    """Quote a value in a message, cut to a length that a person reads."""
    words = repr(found)
    return words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE]}..."


def refuse_type(found: Any, param: str, expected: str) -> NoReturn:
    """Refuse a value of the wrong type."""
    message = f"Invalid type for '{param}': expected {expected}, but got {type_words(found)} instead."
    raise Refused("invalid_type", message, param)


def missing(param: str) -> NoReturn:
    """Refuse a request without a parameter that must be there."""
    raise Refused("missing_required_parameter", f"Missing required parameter: '{param}'.", param)


def text(found: Any, param: str, *, least: int = 0, most: int = 1 << 40) -> None:
    """Expect a string of so many characters."""
    if not isinstance(found, str):
        refuse_type(found, param, "a string")
    if len(found) < least:
        raise Refused("empty_string", f"Invalid '{param}': empty string. Expected a longer one.", param)
    if len(found) > most:
        message = f"Invalid '{param}': string too long. Expected at most {most} characters, but got {len(found)}."
        raise Refused("string_above_max_length", message, param)


def flag(found: Any, param: str) -> None:
    """Expect true or false."""
    if not isinstance(found, bool):
        refuse_type(found, param, "a boolean")


def whole(found: Any, param: str, *, least: int | None = None, most: int | None = None) -> None:
    """Expect a whole number from `least` to `most`."""
    if not isinstance(found, int) or isinstance(found, bool):
        refuse_type(found, param, "an integer")
    if least is not None and found < least:
        message = (
            f"Invalid '{param}': integer below minimum value. Expected a value >= {least}, but got {found} instead."
        )
        raise Refused("integer_below_min_value", message, param)
    if most is not None and found > most:
        message = (
            f"Invalid '{param}': integer above maximum value. Expected a value <= {most}, but got {found} instead."
        )
        raise Refused("integer_above_max_value", message, param)


def number(found: Any, param: str, *, least: float, most: float) -> None:
    """Expect a number in a range; NaN lies in none."""
    if not isinstance(found, int | float) or isinstance(found, bool):
        refuse_type(found, param, "a decimal")
    if found < least:
        message = (
            f"Invalid '{param}': decimal below minimum value. Expected a value >= {least}, but got {found} instead."
        )
        raise Refused("decimal_below_min_value", message, param)
    if not found <= most:
        message = (
            f"Invalid '{param}': decimal above maximum value. Expected a value <= {most}, but got {found} instead."
        )
        raise Refused("decimal_above_max_value", message, param)


def mapping(found: Any, param: str) -> None:
    """Expect an object."""
    if not isinstance(found, Mapping):
        refuse_type(found, param, "an object")


def items(found: Any, param: str, words: str, *, most: int | None = None) -> None:
    """Expect an array ("an array of objects") that is not empty."""
    if not isinstance(found, list):
        refuse_type(found, param, words)
    if not found:
        message = (
            f"Invalid '{param}': empty array. Expected an array with minimum length 1, but got an empty array instead."
        )
        raise Refused("empty_array", message, param)
    if most is not None and len(found) > most:
        message = (
            f"Invalid '{param}': array too long. Expected an array with maximum length {most}, but got {len(found)}."
        )
        raise Refused("array_above_max_length", message, param)


def one_of(found: Any, param: str, allowed: Collection[str]) -> None:
    """Expect one of a few words."""
    if not isinstance(found, str):
        refuse_type(found, param, f"one of {', '.join(map(repr, allowed))}")
    if found not in allowed:
        supported = ", ".join(map(repr, allowed))
        message = f"Invalid value: {quoted(found)}. Supported values are: {supported}."
        raise Refused("invalid_value", message, param)
