"""What a call to the fake LLM raises: the names and shapes of OpenAI's Python client, so that habits carry over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """The HTTP side of an error: status code and headers (lower-case names)."""

    status_code: int
    headers: Mapping[str, str]


class APIError(Exception):
    """Any failure of a call. `code` and `type` are the provider's own words for it, or None."""

    def __init__(self, message: str, *, code: str | None = None, type: str | None = None) -> None:
        """Keep the provider's message, code and type."""
        super().__init__(message)
        self.message, self.code, self.type = message, code, type


class APIConnectionError(APIError):
    """No HTTP answer arrived."""


class APITimeoutError(APIConnectionError):
    """The answer did not arrive within the client's timeout."""


class APIStatusError(APIError):
    """The provider answered with an error status."""

    def __init__(self, message: str, *, response: ErrorResponse, body: Mapping[str, Any]) -> None:
        """Take status and headers from `response`, code and type from the error body."""
        error = body.get("error", {})
        super().__init__(message, code=error.get("code"), type=error.get("type"))
        self.response, self.body = response, body
        self.status_code = response.status_code
        self.request_id = response.headers.get("x-request-id")


class BadRequestError(APIStatusError):
    """Status 400: the request itself is wrong."""


class NotFoundError(APIStatusError):
    """Status 404: no such model."""


class RateLimitError(APIStatusError):
    """Status 429: too many requests; `response.headers["retry-after"]` says how many seconds to wait."""


class InternalServerError(APIStatusError):
    """Status 500 and above: the provider failed."""


def status_error(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> APIStatusError:
    """Return the exception for an error reply, with the message OpenAI's client would build."""
    kinds: dict[int, type[APIStatusError]] = {400: BadRequestError, 404: NotFoundError, 429: RateLimitError}
    kind = kinds.get(status, InternalServerError if status >= 500 else APIStatusError)
    message = f"Error code: {status} - {body.get('error', {}).get('message', 'no message')}"
    return kind(message, response=ErrorResponse(status, headers), body=body)
