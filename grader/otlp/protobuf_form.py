"""OTLP in protobuf, read into the one form that `grader.telemetry` reads. Needs the package opentelemetry-proto."""

from __future__ import annotations

import base64
from typing import Any

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # ships no types
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]  # ships no types
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_REQUESTS: dict[str, type[Message]] = {
    "resourceSpans": ExportTraceServiceRequest,
    "resourceLogs": ExportLogsServiceRequest,
    "resourceMetrics": ExportMetricsServiceRequest,
}
_IDS = ("traceId", "spanId", "parentSpanId")


def from_protobuf(name: str, body: bytes) -> list[Any]:
    """Read a request's groups, as OTLP/JSON has them.

    Raises:
        ValueError: if it is no such request.
    """
    try:
        tree = MessageToDict(_REQUESTS[name].FromString(body), use_integers_for_enums=True)
    except (DecodeError, RecursionError) as error:
        raise ValueError("no such request") from error
    groups: list[Any] = tree.get(name, [])
    _write_ids_in_hex(groups)
    return groups


def _write_ids_in_hex(groups: list[Any]) -> None:
    """Protobuf's own JSON has ids in base64. They stand in messages, never inside of attributes or bodies."""
    waiting: list[Any] = [groups]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            for name in _IDS:
                if name in found:
                    found[name] = base64.b64decode(found[name]).hex()
            waiting += [value for name, value in found.items() if name not in ("attributes", "body", "resource")]
