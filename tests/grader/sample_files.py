"""Telemetry lines and notebook files as small as a test needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.grader.samples import START_NS, S


def otlp(**changes: Any) -> dict[str, Any]:
    """One OTLP/JSON span."""
    given = {
        "traceId": "0A" * 16,
        "spanId": "0B" * 8,
        "name": "chat",
        "kind": 3,
        "startTimeUnixNano": str(START_NS),
        "endTimeUnixNano": str(START_NS + S),
    }
    return given | changes


def line(*spans: dict[str, Any], resource: Any = None) -> str:
    """One line of a telemetry file."""
    scope = {"scope": {"name": "bot"}, "spans": list(spans)}
    return json.dumps({"resourceSpans": [{"resource": resource or {}, "scopeSpans": [scope]}]})


def attribute(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


def notebook_file(path: Path, *sources: Any, kind: str = "code") -> Path:
    cells = [{"cell_type": kind, "source": source} for source in sources]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    return path
