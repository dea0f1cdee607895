"""Telemetry is read from every form that exporters write, and what is none of them is told in one line."""

from __future__ import annotations

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]  # ships no types
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from grader.audit import audit
from grader.audit.sources import read_any, read_files
from grader.telemetry import Telemetry, TelemetryError

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def document(**span: Any) -> dict[str, Any]:
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "lumen-mid"}
    made = {
        "traceId": TRACE, "spanId": SPAN, "name": "chat lumen-mid", "kind": 3,
        "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2000000000",
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()],
    }  # fmt: skip
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "shop"}, "spans": [made | span]}]}]}


def as_base64(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()


def snake(text: str) -> str:
    renamed = {
        "resourceSpans": "resource_spans",
        "scopeSpans": "scope_spans",
        "traceId": "trace_id",
        "spanId": "span_id",
    }
    for camel, name in renamed.items():
        text = text.replace(f'"{camel}"', f'"{name}"')
    return text.replace("startTimeUnixNano", "start_time_unix_nano").replace("endTimeUnixNano", "end_time_unix_nano")


LINE = json.dumps(document()).encode()
PROTOBUF_IDS = document(traceId=as_base64(TRACE), spanId=as_base64(SPAN))
FORMS = {
    "a line": LINE,
    "a line and its end": LINE + b"\n",
    "one document over many lines": json.dumps(document(), indent=2).encode(),
    "a list of documents": json.dumps([document()], indent=1).encode(),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(document(), indent=2).encode(),
    "names of enums": json.dumps(document(kind="SPAN_KIND_CLIENT")).encode(),
    "ids in base64 and enums": json.dumps(PROTOBUF_IDS).replace('3, "start', '"SPAN_KIND_CLIENT", "start').encode(),
    "snake case": snake(json.dumps(document())).encode(),
    "gzip": gzip.compress(LINE),
    "two members of gzip": gzip.compress(LINE[:50]) + gzip.compress(LINE[50:]),
    "protobuf": ParseDict(PROTOBUF_IDS, ExportTraceServiceRequest()).SerializeToString(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_the_same_span(form: str) -> None:
    (span,) = read_any(FORMS[form]).spans
    assert (span.trace_id, span.span_id, span.kind, span.scope) == (TRACE, SPAN, "CLIENT", "shop")
    assert span.attributes["gen_ai.request.model"] == "lumen-mid"
    assert span.duration_s == 1.0


def test_a_last_line_that_was_cut_off_is_left_out() -> None:
    assert len(read_any(LINE + b"\n" + LINE[:80]).spans) == 1
    assert len(read_any(FORMS["names of enums"] + b"\n" + LINE[:80]).spans) == 1


def test_time_grows_no_faster_than_the_number_of_gzip_members() -> None:
    nothing = gzip.compress(b"")
    began_s = time.process_time()
    assert len(read_any(gzip.compress(LINE) + nothing * 200_000).spans) == 1
    assert time.process_time() - began_s < 3.0


def test_a_packed_file_that_is_still_being_written_holds_what_is_there() -> None:
    packed = gzip.compress(LINE + b"\n") + gzip.compress(LINE)[:-9]
    assert len(read_any(packed).spans) >= 1


def test_several_files_are_one_telemetry(tmp_path: Path) -> None:
    for number in (1, 2):
        text = json.dumps(document(spanId=f"{number:016x}"))
        (tmp_path / f"{number}.jsonl").write_text(text, encoding="utf-8")
    assert audit(read_files([tmp_path / "1.jsonl", tmp_path / "2.jsonl"])).calls == 2


def test_an_empty_file_holds_nothing() -> None:
    assert read_any(b" \n\n") == Telemetry()


GARBAGE = {
    "a sentence": b"not telemetry at all",
    "bytes": b"\x00\x01\x02\x03" * 100,
    "damaged gzip": b"\x1f\x8b\x08garbage",
    "cut gzip": gzip.compress(LINE)[:40],
    "other JSON lines": b'{"hello": "world"}\n' * 2 + b"{",
    "other JSON": b'{"hello": 1}',
    "a list of numbers": b"[1, 2, 3]",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"resourceSpans": ' + b'{"a":' * 50_000,
    "a span without times": b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": 7}]}]}]}',
    "text for spans": b'{"resourceSpans": "none"}',
    "a bad line in the middle": LINE + b"\nnonsense\n" + LINE,
    "UTF-16": "{ünïcode".encode("utf-16"),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_no_telemetry_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(GARBAGE[name])
    with pytest.raises(TelemetryError) as told:
        audit(read_files([path]))
    assert str(told.value).startswith("telemetry.jsonl: ")
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 240


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(TelemetryError, match=r"There is no file .*nowhere\.jsonl"):
        read_files([tmp_path / "nowhere.jsonl"])


def test_a_bomb_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.audit.sources.MAX_BYTES", 100_000)
    with pytest.raises(TelemetryError, match="when it is unpacked"):
        read_any(gzip.compress(b"0" * 10_000_000))
