"""One OTLP/HTTP request as OTLP/JSON lines: protobuf or JSON, packed or not, in; what `read_lines` reads, out."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

from grader.otlp.json_form import from_json
from grader.telemetry import Telemetry, TelemetryError, read_lines

MOST_BODY_BYTES = 8 * 2**20
"""A larger body, unpacked, is refused. One of empty messages only takes up to 85 times its size while it is decoded."""

FIELDS = {"/v1/traces": "resourceSpans", "/v1/logs": "resourceLogs", "/v1/metrics": "resourceMetrics"}
"""The paths of OTLP over HTTP, and the field in which each one's request has its content."""

JSON, PROTOBUF = "application/json", "application/x-protobuf"
_MOST_MEMBERS = 100  # what is left is copied for each member: a body of nothing but empty ones would take minutes
_PACKINGS = {"gzip": 31, "deflate": 15}  # zlib's words for the two
_NO_PROTOBUF = (
    "Protobuf cannot be read here: the package opentelemetry-proto is missing. "
    "Install it: pip install '.[otlp]', or set OTEL_EXPORTER_OTLP_PROTOCOL=http/json in your program"
)


class WireError(ValueError):
    """A request that is no OTLP; its text is a sentence for a person, `status` the HTTP status that answers it."""

    def __init__(self, status: int, sentence: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought: OTLP/JSON lines (one, or none if it was empty), and what they hold."""

    lines: tuple[str, ...]
    telemetry: Telemetry


def to_json_lines(path: str, content_type: str, encoding: str, body: bytes) -> list[str]:
    """Turn one request into OTLP/JSON lines, none if it is empty.

    Args:
        path: the request's path, such as "/v1/traces".
        content_type: as the header says, with or without parameters.
        encoding: the header Content-Encoding; "" if there is none.
        body: as it came.

    Raises:
        WireError: if it is no OTLP that can be read.
    """
    return list(to_batch(path, content_type, encoding, body).lines)


def to_batch(path: str, content_type: str, encoding: str, body: bytes) -> Batch:
    """Turn one request into its batch; see `to_json_lines`.

    Raises:
        WireError: if it is no OTLP that can be read.
    """
    name = field_of(path)
    read = {JSON: _from_json, PROTOBUF: _from_protobuf}[kind_of(content_type)]
    groups = read(name, unpack(encoding, body))
    if not groups:
        return Batch((), Telemetry())
    try:
        # ASCII, on one line, whatever stands in it.
        line = json.dumps({name: groups}, separators=(",", ":"), allow_nan=False)
        return Batch((line,), read_lines([line]))
    except TelemetryError as error:
        reason = str(error).partition(": ")[2].rstrip(".")
        raise WireError(400, f"The body is no OTLP: {reason}") from error
    except (ValueError, RecursionError) as error:
        raise WireError(400, "The body is no OTLP: it holds a number or a nesting that JSON cannot hold") from error


def field_of(path: str) -> str:
    """Return the field that a path's requests fill.

    Raises:
        WireError: if nothing is taken there.
    """
    # A base address that ends with a slash is a common slip, and does no harm.
    name = FIELDS.get("/" + path.partition("?")[0].strip("/"))
    if name is None:
        raise WireError(404, "OTLP goes to /v1/traces, /v1/logs or /v1/metrics; the path was another one")
    return name


def kind_of(content_type: str) -> str:
    """Return the media type without its parameters.

    Raises:
        WireError: if it is neither of the two that OTLP has.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (JSON, PROTOBUF):
        raise WireError(415, f"OTLP over HTTP is {PROTOBUF} or {JSON}; the content type was another one, or missing")
    return kind


def unpack(encoding: str, body: bytes) -> bytes:
    """Undo gzip or deflate, never to more than `MOST_BODY_BYTES`.

    Raises:
        WireError: if the packing is unknown or damaged, or the body too large.
    """
    named = encoding.strip().lower()
    if named not in ("", "identity"):
        if named not in _PACKINGS:
            raise WireError(415, "The body is packed in a way that is not read here: use gzip, or none")
        body = _inflate(_PACKINGS[named], body)
    if len(body) > MOST_BODY_BYTES:
        raise too_large()
    return body


def too_large() -> WireError:
    """Return what answers a body that is too large."""
    most = MOST_BODY_BYTES // 2**20
    return WireError(413, f"The body is larger than {most} MB. Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)")


def _inflate(window_bits: int, body: bytes) -> bytes:
    unpacked = bytearray()
    try:
        for _ in range(_MOST_MEMBERS):  # gzip may have several
            if not body or len(unpacked) > MOST_BODY_BYTES:
                break
            member = zlib.decompressobj(window_bits)
            unpacked += member.decompress(body, MOST_BODY_BYTES + 1 - len(unpacked))
            if not member.eof and len(unpacked) <= MOST_BODY_BYTES:
                raise WireError(400, "The packed body breaks off in the middle")
            body = member.unused_data
        else:
            if body:
                raise WireError(400, "The packed body has too many parts. Pack it in one piece")
    except zlib.error as error:
        raise WireError(400, "The body is not packed as its Content-Encoding says, or damaged") from error
    return bytes(unpacked)


def _from_json(name: str, body: bytes) -> list[object]:
    try:
        found = from_json(body.decode())
    except UnicodeDecodeError as error:
        raise WireError(400, "The body is not UTF-8") from error
    except RecursionError as error:
        raise WireError(400, "The body is nested too deeply") from error
    except ValueError as error:
        raise WireError(400, f"The body is no OTLP/JSON: {str(error)[:120]}") from error
    groups = found.get(name, []) if isinstance(found, dict) else None
    if not isinstance(groups, list):
        raise WireError(400, f"The body is no OTLP/JSON: it must be an object with a list of {name}")
    return groups


def _from_protobuf(name: str, body: bytes) -> list[object]:
    try:
        from grader.otlp.protobuf_form import from_protobuf
    except ImportError as error:
        raise WireError(415, _NO_PROTOBUF) from error
    try:
        return from_protobuf(name, body)
    except ValueError as error:
        raise WireError(400, "The body is no OTLP in protobuf, or breaks off in the middle") from error
