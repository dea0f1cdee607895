"""What nobody in their right mind would send costs bounded time, and never an exception."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.audit import audit
from grader.audit.html_page import to_html
from grader.audit.terminal import printed
from grader.conventions import TYPES
from grader.telemetry import LogRecord, Span, Telemetry, read_file
from tests.grader.audit.made import GOOD, call, event, metric, of, request
from tests.grader.sample_files import attribute, line, otlp

NAMES = sorted({*TYPES, *GOOD, "openinference.span.kind", "llm.token_count.prompt", "llm.cost.total", "input.value"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=30), VALUES, max_size=12), st.integers(-(10**9), 10**12)
)
@settings(max_examples=100, deadline=None)
def test_no_value_under_any_name_breaks_the_audit(attributes: dict[str, Any], length_ns: int) -> None:
    good = call()
    odd = replace(call(2), attributes=GOOD | attributes, end_ns=good.start_ns + length_ns, resource=attributes)
    log = LogRecord("gen_ai.evaluation.result", 0, attributes, attributes, odd.trace_id, None)
    broken = {"name": 3, "sum": {"dataPoints": [attributes, None, {"attributes": 7}]}}
    report = audit(Telemetry((good, odd), (log,), (broken,)))
    assert 0 <= report.score <= 100
    assert report.to_json() and to_html(report) and printed(report, colour=False)


def flood(number: int) -> tuple[Span, ...]:
    return tuple(
        call(n, more={f"gen_ai.usage.inptu_tokens{n}": 1, "gen_ai.prompt.name": f"p{n}", "app.cost.usd": n / 7})
        for n in range(1, number + 1)
    )


def test_time_grows_no_faster_than_the_number_of_spans() -> None:
    spans = flood(4_000)
    audit(of(*spans[:100]))  # what is looked up once
    began_s = time.process_time()
    audit(of(*spans[:1_000]))
    quarter_s = time.process_time() - began_s
    report = audit(of(*spans))
    all_s = time.process_time() - began_s - quarter_s
    assert report.calls == 4_000
    assert all_s < 8 * quarter_s + 0.5


def test_a_flood_of_names_is_cut_in_the_report() -> None:
    report = audit(of(*flood(3_000)))
    details = next(finding.details for finding in report.findings if finding.id == "unknown-names")
    assert len(details) == 41
    assert sum(details.values()) == 3_000
    assert len(report.to_json()) < 2_000_000


@pytest.mark.parametrize(
    "text",
    ["1" * 200_000, "@" * 200_000, "a@" * 100_000, "a." * 100_000, "+1 " * 60_000, "4111 " * 40_000, "DE89 " * 40_000],
)
def test_no_text_takes_long_to_look_through(text: str) -> None:
    began_s = time.process_time()
    audit(of(request(), call(more={"gen_ai.input.messages": text})))
    assert time.process_time() - began_s < 1.0


def test_rings_of_parents_and_spans_with_one_id_end() -> None:
    ring = [
        call(1, span_id=f"{n:016x}", parent_id=f"{(n + 1) % 50:016x}", without=("gen_ai.prompt.version",))
        for n in range(50)
    ]
    assert audit(of(*ring, *ring)).calls == 100


def test_many_spans_with_one_id_do_not_each_have_all_children() -> None:
    crowd = tuple(call(1, span_id="a" * 16, parent_id="a" * 16) for _ in range(10_000))
    audit(of(*crowd[:100]))  # what is looked up once
    began_s = time.process_time()
    assert audit(of(*crowd)).calls == 10_000
    assert time.process_time() - began_s < 3.0


def test_a_number_with_thousands_of_digits_breaks_nothing(tmp_path: Path) -> None:
    file = tmp_path / "telemetry.jsonl"
    numbers = ("app.cost.usd", "gen_ai.usage.input_tokens", "gen_ai.response.time_to_first_chunk")
    told = [attribute(name, intValue="9" * 4_000) for name in numbers]
    chat = attribute("gen_ai.operation.name", stringValue="chat")
    file.write_text(line(otlp(attributes=[chat, *told])))
    report = audit(read_file(file))
    assert report.calls == 1
    assert report.to_json() and to_html(report) and printed(report, colour=False)


def test_many_attributes_and_events_are_looked_at_once() -> None:
    more = {f"app.attribute{n}": "x" * 50 for n in range(20_000)}
    events = tuple(event(f"e{n}", 0.1, text="y" * 50) for n in range(20_000))
    began_s = time.process_time()
    audit(
        of(request(), call(more=more, events=events), metrics=(metric("d", *({f"k{n}": "v"} for n in range(20_000))),))
    )
    assert time.process_time() - began_s < 5.0
