"""Reads recorded lines back with OpenTelemetry's own protobuf classes, which know nothing of the exporter."""

import base64
import json
from collections.abc import Iterable
from typing import Any

from google.protobuf import json_format  # type: ignore[import-untyped]  # ships no types
from google.protobuf.message import Message  # type: ignore[import-untyped]  # ships no types
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

REQUESTS: dict[str, type[Message]] = {
    "resourceSpans": ExportTraceServiceRequest,
    "resourceLogs": ExportLogsServiceRequest,
    "resourceMetrics": ExportMetricsServiceRequest,
}
IDS = {"traceId", "spanId", "parentSpanId"}


def _with_base64_ids(tree: Any) -> Any:
    """OTLP/JSON writes ids in hex where protobuf's own JSON has base64."""
    if isinstance(tree, list):
        return [_with_base64_ids(inner) for inner in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: base64.b64encode(bytes.fromhex(inner)).decode() if key in IDS else _with_base64_ids(inner)
        for key, inner in tree.items()
    }


def read(line: str) -> Any:
    """One line as the protobuf request it stands for; unknown fields and wrong types raise ParseError."""
    tree = json.loads(line)
    (kind,) = tree
    return json_format.ParseDict(_with_base64_ids(tree), REQUESTS[kind]())


def plain(found: AnyValue) -> Any:
    """A protobuf value as plain Python."""
    kind = found.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        return [plain(inner) for inner in found.array_value.values]
    if kind == "kvlist_value":
        return attributes(found.kvlist_value.values)
    return getattr(found, kind)


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """A list of protobuf attributes as a dictionary."""
    return {pair.key: plain(pair.value) for pair in pairs}
