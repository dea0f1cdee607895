"""What the server says of itself: `simulator/openapi.json`, with the names that exist filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator import embeddings
from simulator.edges.http_catalogue import all_models
from simulator.incident import all_incidents
from simulator.scenario import scenario_names

_FILE = Path(__file__).parent.parent / "openapi.json"


def description(*, control: bool) -> dict[str, Any]:
    """Return the OpenAPI description of what a server answers, with `/control/...` or without."""
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    schemas = found["components"]["schemas"]
    chat_models = [name for name in all_models() if name != embeddings.MODEL]
    schemas["ChatRequest"]["properties"]["model"]["enum"] = chat_models
    schemas["EmbeddingRequest"]["properties"]["model"]["enum"] = [embeddings.MODEL]
    schemas["BeginRequest"]["properties"]["scenario"]["enum"] = [*scenario_names(), None]
    schemas["SwitchRequest"]["properties"]["name"]["enum"] = list(all_incidents())
    if not control:
        found["paths"] = {path: item for path, item in found["paths"].items() if not path.startswith("/control/")}
    return found
