"""What OTLP answers: an empty response of the request's own kind, or a google.rpc.Status that says what is wrong."""

from __future__ import annotations

import json

from grader.otlp.wire import JSON, PROTOBUF

_INVALID_ARGUMENT, _UNAVAILABLE = 3, 14


def success(content_type: str) -> tuple[str, bytes]:
    """Return media type and body for a request that was taken whole."""
    return (PROTOBUF, b"") if _is_protobuf(content_type) else (JSON, b"{}")


def refusal(content_type: str, status: int, sentence: str) -> tuple[str, bytes]:
    """Return media type and body for a request that was not taken."""
    code = _UNAVAILABLE if status >= 500 else _INVALID_ARGUMENT
    if not _is_protobuf(content_type):
        return JSON, json.dumps({"code": code, "message": sentence}).encode()
    message = sentence.encode()
    return PROTOBUF, bytes((0x08, code, 0x12)) + _varint(len(message)) + message


def _is_protobuf(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == PROTOBUF


def _varint(number: int) -> bytes:
    """Write a length as protobuf does: seven bits a byte, the lowest first."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*written, number))
