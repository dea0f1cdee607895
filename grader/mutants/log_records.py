"""Changes of log records: body, name, time, attributes, and the ids that join a record to its span."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from grader.mutants.attributes import attribute_changes
from grader.mutants.change import Change, Mutant, applied, one_of_each
from grader.mutants.values import wrong_values
from grader.telemetry import LogRecord, Telemetry

_SECOND_NS = 1_000_000_000
_NEW_ID = "f00d" * 4

LogChange = Change[LogRecord]


def log_mutants(telemetry: Telemetry, step_ns: int) -> Iterator[Mutant]:
    """Yield the mutants of all log records at once, and of one record of each shape; times move by `step_ns`."""
    logs = telemetry.logs
    if not logs:
        return
    changes = [
        *attribute_changes(logs, lambda r: r.attributes, lambda r, new: replace(r, attributes=new), "log attribute"),
        *_body_changes(logs),
        *_id_changes(),
        *_other_changes(step_ns),
    ]
    places = one_of_each(logs, _shape)
    yield from applied(
        changes,
        logs,
        places,
        lambda n: _call(n, logs[n]),
        "on all log records",
        lambda new: replace(telemetry, logs=new),
    )


def _shape(record: LogRecord) -> Hashable:
    return (record.event_name, frozenset(record.attributes), type(record.body), record.span_id is None)


def _call(place: int, record: LogRecord) -> str:
    return f'on log record {place + 1} only ("{record.event_name}")'


def _one(part: str, words: str, new: Callable[[LogRecord, Sequence[LogRecord]], LogRecord]) -> LogChange:
    return Change(part, words, lambda record, others: (new(record, others),))


def _set(part: str, words: str, **fields: Any) -> LogChange:
    return _one(part, words, lambda record, _: replace(record, **fields))


def _body_changes(logs: Sequence[LogRecord]) -> Iterator[LogChange]:
    yield _set("log body", "dropped", body=None)
    yield from attribute_changes(logs, _body, lambda r, new: replace(r, body=new) if _body(r) else r, "log body")
    plain = [record.body for record in logs if record.body is not None and not isinstance(record.body, Mapping)]
    for words in sorted({words for body in plain for words, _ in wrong_values(body)}):
        yield _one("log body", words, partial(_wrong_body, words=words))


def _body(record: LogRecord) -> Mapping[str, Any]:
    return record.body if isinstance(record.body, Mapping) else {}


def _wrong_body(record: LogRecord, _: Sequence[LogRecord], words: str) -> LogRecord:
    return replace(record, body=dict(wrong_values(record.body)).get(words, record.body))


def _id_changes() -> Iterator[LogChange]:
    yield _set("log trace", "lost", trace_id=None)
    yield _set("log trace", "is another", trace_id=_NEW_ID * 2)
    yield _set("log span", "lost", span_id=None)
    yield _set("log span", "is another", span_id=_NEW_ID)
    yield _set("log trace and span", "lost", trace_id=None, span_id=None)
    yield _one("log trace and span", "are another record's", lambda record, others: _joined(record, others))


def _joined(record: LogRecord, others: Sequence[LogRecord]) -> LogRecord:
    other = next((other for other in others if other.span_id not in (None, record.span_id)), record)
    return replace(record, trace_id=other.trace_id, span_id=other.span_id)


def _other_changes(step_ns: int) -> Iterator[LogChange]:
    for by_ns, said in ((step_ns, f"{step_ns / 1e6:g} ms"), (_SECOND_NS, "1 s")):
        yield _one("log time", f"{said} late", partial(_moved, by_ns=by_ns))
        yield _one("log time", f"{said} early", partial(_moved, by_ns=-by_ns))
    yield _set("log time", "missing", at_ns=0)
    yield _one("log time", "in microseconds", lambda r, _: replace(r, at_ns=r.at_ns // 1000))
    yield _set("log event name", "dropped", event_name="")
    yield _one("log event name", "altered", lambda r, _: replace(r, event_name=f"{r.event_name}x"))
    yield Change("log record", "dropped", lambda record, _: ())
    yield Change("log record", "written twice", lambda record, _: (record, record))


def _moved(record: LogRecord, _: Sequence[LogRecord], by_ns: int) -> LogRecord:
    return replace(record, at_ns=record.at_ns + by_ns)
