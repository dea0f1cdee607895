"""Telemetry from files: OTLP/JSON, lines or one document, or OTLP traces in protobuf; each of them packed or not."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.otlp.json_form import from_json
from grader.otlp.wire import PROTOBUF, WireError, to_json_lines
from grader.telemetry import MAX_BYTES, Telemetry, TelemetryError, read_bytes, read_lines, read_raw

_GZIP = b"\x1f\x8b"
_PIECE = 65_536
_FIELDS = ("resourceSpans", "resourceLogs", "resourceMetrics")
# Forms that exporters other than the Collector's write; reading them takes a second pass.
_OTHER_FORMS = (b"resource_spans", b"resource_logs", b"resource_metrics", b'"SPAN_KIND_', b'"STATUS_CODE_')


def read_files(paths: Iterable[Path]) -> Telemetry:
    """Read telemetry files into one telemetry.

    Raises:
        TelemetryError: if one is not there, is too large, or holds no OTLP; says which.
    """
    parts = []
    for path in paths:
        if not path.is_file():
            raise TelemetryError(f"There is no file {path}. Name a file of OTLP/JSON lines.")
        try:
            parts.append(read_any(read_bytes(path)))
        except TelemetryError as error:
            raise TelemetryError(f"{path.name}: {error}") from error
    return together(parts)


def together(parts: Sequence[Telemetry]) -> Telemetry:
    """Put telemetries together."""
    return Telemetry(
        tuple(span for part in parts for span in part.spans),
        tuple(log for part in parts for log in part.logs),
        tuple(metric for part in parts for metric in part.metrics),
    )


def read_any(raw: bytes) -> Telemetry:
    """Read telemetry from a file's bytes, whichever form they have.

    Raises:
        TelemetryError: if they have none of them.
    """
    if raw.startswith(_GZIP):
        raw = _unpacked(raw)
    if not raw.strip():
        return Telemetry()
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _from_protobuf(raw)
    if not any(form in raw for form in _OTHER_FORMS):
        with contextlib.suppress(TelemetryError):  # perhaps one document over many lines
            if found := read_raw(raw):
                return found
    return _from_other_form(raw)


def _unpacked(raw: bytes) -> bytes:
    unpacked = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            while len(unpacked) <= MAX_BYTES and (piece := file.read1(_PIECE)):
                unpacked += piece
    except EOFError as error:  # a file that is still being written
        if not unpacked:
            raise TelemetryError("The file breaks off before its first line.") from error
    except (OSError, zlib.error) as error:
        raise TelemetryError("The file is damaged: gzip cannot unpack it.") from error
    if len(unpacked) > MAX_BYTES:
        raise TelemetryError(f"The telemetry is larger than {MAX_BYTES // 2**20} MB when it is unpacked.")
    return bytes(unpacked)


def _from_protobuf(raw: bytes) -> Telemetry:
    try:
        return read_lines(to_json_lines("/v1/traces", PROTOBUF, "", raw))
    except WireError as error:
        raise TelemetryError("This is neither OTLP/JSON nor OTLP traces in protobuf.") from error


def _from_other_form(raw: bytes) -> Telemetry:
    text = raw.decode("utf-8-sig", "replace")
    try:
        documents = [from_json(text)]
    except (ValueError, RecursionError):
        documents = _by_line(text)
    listed = [part for found in documents for part in (found if isinstance(found, list) else [found])]
    if not any(isinstance(part, dict) and part.keys() & set(_FIELDS) for part in listed):
        raise TelemetryError(
            "This is JSON, but no OTLP/JSON: it has no resourceSpans, resourceLogs or resourceMetrics."
        )
    return read_lines(json.dumps(part) for part in listed)


def _by_line(text: str) -> list[object]:
    documents = []
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            documents.append(from_json(line))
        except (ValueError, RecursionError) as error:
            if number == len(lines) and documents:
                break  # cut off while it was written
            raise TelemetryError(f"Line {number} of the telemetry is not OTLP/JSON: {str(error)[:120]}.") from error
    return documents
