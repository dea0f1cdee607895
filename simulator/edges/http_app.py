"""The server's routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from simulator.edges.http_catalogue import Embeddings, list_models, show_model
from simulator.edges.http_chat import Chat
from simulator.edges.http_description import description
from simulator.edges.http_engine import Stage
from simulator.edges.http_errors import HANDLERS
from simulator.edges.http_exchange import Exchange
from simulator.edges.http_traffic import Control, Traffic


class Endpoint:
    """A route's function as an ASGI app: the hot path pays for no request and response objects."""

    def __init__(self, answer: Callable[[Exchange], Awaitable[None]]) -> None:
        """Take what answers."""
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._answer(Exchange(scope, receive, send))


def make_app(stage: Stage, *, control: bool = False, chunk_writes: bool = False) -> Starlette:
    """Return the server's app; `control` lets clients switch incidents."""
    traffic = Traffic(stage)
    described = description(control=control)

    async def describe(exchange: Exchange) -> None:
        await exchange.answer(200, described)

    routes = [
        _post("/v1/chat/completions", Chat(stage, chunk_writes=chunk_writes).answer),
        _post("/v1/embeddings", Embeddings(stage).answer),
        _get("/v1/models", list_models),
        _get("/v1/models/{model}", show_model),
        _post("/traffic/begin", traffic.begin),
        _post("/traffic/next", traffic.next),
        _post("/traffic/step", traffic.step),
        _post("/traffic/close", traffic.close),
        _get("/openapi.json", describe),
    ]
    if control:
        routes.append(Route("/control/incidents", Endpoint(Control(stage).answer), methods=["GET", "POST"]))
    app = Starlette(routes=routes, exception_handlers=HANDLERS)
    app.router.redirect_slashes = False
    return app


def _get(path: str, answer: Callable[[Exchange], Awaitable[None]]) -> Route:
    return Route(path, Endpoint(answer), methods=["GET"])


def _post(path: str, answer: Callable[[Exchange], Awaitable[None]]) -> Route:
    return Route(path, Endpoint(answer), methods=["POST"])
