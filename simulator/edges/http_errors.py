"""Errors in the shape of OpenAI's API, whatever goes wrong: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from simulator.edges.http_json import dump
from simulator.refusals import Refused


def _response(
    refused: Refused, kind: str = "invalid_request_error", headers: Mapping[str, str] | None = None
) -> Response:
    error = {"message": refused.message, "type": kind, "param": refused.param, "code": refused.code}
    return Response(dump({"error": error}), refused.status, headers, media_type="application/json")


async def on_refused(request: Request, error: Exception) -> Response:
    """Answer a request that is wrong in itself."""
    assert isinstance(error, Refused)
    return _response(error)


async def on_no_route(request: Request, error: Exception) -> Response:
    """Answer a request for what is not there (404), or not with this method (405)."""
    assert isinstance(error, HTTPException)
    asked = f"{request.method} {request.url.path}"
    if error.status_code == 405:
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
        message = f"Not allowed to {request.method} on {request.url.path}. Allowed: {allowed}."
        return _response(Refused("method_not_allowed", message, None, status=405), headers={"allow": allowed})
    message = f"Unknown request URL: {asked}. Please check the URL for typos; /openapi.json lists what there is."
    return _response(Refused("unknown_url", message, None, status=error.status_code))


async def on_fault(request: Request, error: Exception) -> Response:
    """Answer when the server itself is at fault; the reason goes to its terminal, never to the client."""
    message = "The server had an error while it answered your request. Its terminal says more."
    return _response(Refused("internal_error", message, None, status=500), "server_error")


HANDLERS: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    Refused: on_refused,
    HTTPException: on_no_route,
    Exception: on_fault,
}
"""For Starlette: which function answers which exception."""
