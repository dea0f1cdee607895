"""OTLP/JSON as exporters really write it, read into the one form that `grader.telemetry` reads."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

_DIGITS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
_ENUMS = {
    "kind": ("SPAN_KIND_", ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")),
    "code": ("STATUS_CODE_", ("UNSET", "OK", "ERROR")),
}
_HEX = re.compile("[0-9a-fA-F]*")
_UNDERSCORE = re.compile("_([a-z0-9])")


def from_json(text: str) -> Any:
    """Read OTLP/JSON.

    Ids become lower-case hex, also from the base64 that protobuf's own JSON has; snake_case fields become camelCase,
    names of enums their numbers, and a null counts as not given.

    Raises:
        ValueError: if it is no JSON, or an id is none; says which.
    """
    return json.loads(text, object_hook=_message, parse_constant=_no_constant)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _message(found: dict[str, Any]) -> dict[str, Any]:
    """Put one message right. OTLP has no maps: every key of an object is a field's name, never the user's own."""
    given = {_camel(name): value for name, value in found.items() if value is not None}
    for name in _DIGITS.keys() & given.keys():
        given[name] = _hex(name, given[name])
    for name, (prefix, words) in _ENUMS.items():
        word = given.get(name)
        if isinstance(word, str) and word.removeprefix(prefix) in words:
            given[name] = words.index(word.removeprefix(prefix))
    return given


def _camel(name: str) -> str:
    return _UNDERSCORE.sub(lambda found: found[1].upper(), name) if "_" in name else name


def _hex(name: str, value: Any) -> str:
    """Return an id in hex; an empty one (a root's parent, a log outside a trace) stays empty."""
    digits = _DIGITS[name]
    if value == "":
        return ""
    if isinstance(value, str) and len(value) == digits and _HEX.fullmatch(value):
        return value.lower()
    try:
        decoded = base64.b64decode(value, validate=True)
    except (ValueError, TypeError):
        decoded = b""
    if len(decoded) * 2 != digits:
        raise ValueError(f"a {name} has {digits} hex digits")
    return decoded.hex()
