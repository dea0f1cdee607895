"""Single values of OTLP/JSON as plain Python: attributes, times, enums."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

# Far beyond any clock in any unit; what is larger would overflow the arithmetic of whoever draws or compares it.
_LATEST_NS = 10**30
# A whole number that no float holds is kept as text: whoever divides it or adds it up would overflow.
_FLOATABLE = 1 << 1000


def word_for(words: tuple[str, ...], number: Any) -> str:
    """Return the word for an enum's number; one that is not known (yet) counts as not given."""
    return words[number] if type(number) is int and 0 <= number < len(words) else words[0]


def time_ns(found: Any) -> int:
    """Read a time. Seconds with a fraction are a mistake that a check names; here they are only read.

    Raises:
        ValueError: if it is no number, or further away than any clock.
    """
    found_ns = int(float(found)) if isinstance(found, float) or "." in str(found) else int(found)
    if abs(found_ns) > _LATEST_NS:
        raise ValueError("a time is out of range")
    return found_ns


def attributes(pairs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Turn OTLP key-value pairs into a dictionary of plain values."""
    return {str(pair["key"]): plain(pair.get("value", {})) for pair in pairs}


def plain(value: Mapping[str, Any]) -> Any:
    """Turn one OTLP AnyValue into str, bool, int, float, bytes, list, dict or None."""
    for kind, found in value.items():
        match kind:
            case "stringValue":
                return str(found)
            case "boolValue":
                if not isinstance(found, bool):
                    raise ValueError("a boolValue is neither true nor false")
                return found
            case "intValue":
                number = int(found)
                return number if abs(number) < _FLOATABLE else str(number)
            case "doubleValue":
                return float(found)
            case "bytesValue":
                return base64.b64decode(found)
            case "arrayValue":
                return [plain(item) for item in found.get("values", ())]
            case "kvlistValue":
                return attributes(found.get("values", ()))
    return None
