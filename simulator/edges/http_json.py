"""JSON as the API speaks it: compact, strict, and refused with a reason that helps."""

from __future__ import annotations

import json
from typing import Any

from simulator.refusals import Refused


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> int | float:
    """Read 2.0 as 2: JSON knows no difference, and clients of some languages write one for the other."""
    found = float(text)
    return int(found) if found.is_integer() else found


_decode = json.JSONDecoder(parse_constant=_no_constant, parse_float=_number).decode
dump = json.JSONEncoder(separators=(",", ":")).encode
"""Write a value as compact ASCII JSON (one encoder for all, as `json.dumps` makes one for each call)."""


def parse_object(body: bytes | bytearray) -> dict[str, Any]:
    """Read the JSON object that a request carries.

    Raises:
        Refused: if it is no JSON, or no object.
    """
    try:
        found = _decode(body.decode())
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError as error:
        reason = str(error) if body else "it is empty"
    else:
        if isinstance(found, dict):
            return found
        reason = "it must be a JSON object"
    raise Refused("invalid_json", f"We could not parse the JSON body of your request: {reason}.", None)
