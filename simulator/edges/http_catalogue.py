"""`GET /v1/models`, and `POST /v1/embeddings`."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time
from typing import Any

from simulator import embeddings
from simulator.edges.http_engine import NS, Stage
from simulator.edges.http_exchange import Exchange
from simulator.models import MODELS, PROVIDER
from simulator.refusals import Refused, expect

_EMBED_S, _EMBED_TOKEN_S = 0.045, 2e-6
_EMBED_SINCE = "2026-06-11"


def _model(name: str, since: str) -> dict[str, Any]:
    created = datetime.combine(date.fromisoformat(since), time(), UTC)
    return {"id": name, "object": "model", "created": int(created.timestamp()), "owned_by": PROVIDER}


def all_models() -> dict[str, dict[str, Any]]:
    """Return every model by name, as the API describes it: aliases, dated snapshots, and the one that embeds."""
    dates = {name: name[-10:] for model in MODELS.values() for name in model.snapshots}
    dates |= {model.alias: dates[model.snapshots[0]] for model in MODELS.values()}
    dates[embeddings.MODEL] = _EMBED_SINCE
    return {name: _model(name, dates[name]) for name in sorted(dates)}


async def list_models(exchange: Exchange) -> None:
    """Answer with all models."""
    await exchange.answer(200, {"object": "list", "data": list(all_models().values())})


async def show_model(exchange: Exchange) -> None:
    """Answer with one model."""
    name = exchange.scope["path_params"]["model"]
    found = all_models().get(name)
    if found is None:
        raise Refused("model_not_found", f"The model {expect.quoted(name)} does not exist.", "model", status=404)
    await exchange.answer(200, found)


class Embeddings:
    """Answers requests for embeddings, in the time that such a model takes."""

    def __init__(self, stage: Stage) -> None:
        """Take whose time passes."""
        self._time = stage.time

    async def answer(self, exchange: Exchange) -> None:
        """Answer one request."""
        body = await exchange.read_object()
        came_ns = self._time.now_ns()
        # In a thread: the longest input allowed takes a second, and the other clients go on meanwhile.
        found = await asyncio.to_thread(embeddings.answer, body)
        latency_s = _EMBED_S + _EMBED_TOKEN_S * found["usage"]["prompt_tokens"]
        if await self._time.until(came_ns + round(latency_s * NS), exchange):
            await exchange.answer(200, found)
