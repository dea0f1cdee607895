"""The page by Streamlit's own test driver: empty, good, damaged, hostile, large and changing runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from labs.capstone.charts import BAD
from tests.labs.made_runs import call, evening, write_run, write_spans

PAGE = Path(__file__).resolve().parents[2] / "labs" / "14_dashboard" / "app.py"
HOSTILE = "<script>alert(1)</script>**bold** $x$ :material/home: </title> {{1}}"


@pytest.fixture
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GRADE_LABS", str(tmp_path))
    yield tmp_path


def opened() -> AppTest:
    """The page, run once, without an exception."""
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert [one.value for one in page.exception] == []
    return page


def words(page: AppTest, but: str = "") -> str:
    """Everything that stands on the page, apart from elements of one type."""
    return "\n".join(str(getattr(part, "value", "") or part.proto) for part in page.main if part.type != but)


def specs(page: AppTest) -> list[dict[str, Any]]:
    """The charts' Vega-Lite specifications."""
    return [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]


def test_without_a_run_the_page_says_how_to_make_one(labs: Path) -> None:
    page = opened()
    assert "There is no lab run to look at yet." in words(page)
    assert "grade 06" in words(page)
    assert len(page.metric) == 0


def test_a_run_shows_verdict_numbers_charts_and_the_worst_call(labs: Path) -> None:
    write_spans(labs, "06", evening())
    page = opened()
    assert "Hurting users" in words(page)
    assert "10 of 15 calls failed (66.7 %) in the last 5 min" in words(page)
    assert [(one.label, one.value) for one in page.metric][:2] == [
        ("Calls a minute", "3.0"),
        ("Failed calls: over limit", "66.7 %"),
    ]
    assert [spec["title"]["text"].split(",")[0] for spec in specs(page)] == [
        "10 of 60 calls failed (16.7 %)",
        "Answers took 1.1 s (p50) and 1.3 s (p95) over the run",
        "5",
    ]
    assert all(chart.proto.alt for chart in page.get("vega_lite_chart"))
    assert page.selectbox[1].options[0].endswith("failed (RateLimitError) · 0.20 s · chat lumen-mid")
    assert "RateLimitError" in str(page.get("bidi_component")[0].proto)


def test_vermillion_is_for_failures_and_limits_only(labs: Path) -> None:
    write_spans(labs, "06", evening())
    drawn = specs(opened())
    in_use = [layer["mark"]["type"] for spec in drawn for layer in spec["layer"] if layer["mark"].get("color") == BAD]
    assert in_use == ["rect", "rule"]  # the failed calls' bars and the latency limit
    colours = {layer["mark"].get("color") for spec in drawn for layer in spec["layer"]}
    assert colours <= {BAD, "#0072B2", "#CC79A7", "currentColor", None}


def test_another_call_shows_another_trace(labs: Path) -> None:
    write_spans(labs, "06", [call(0, 1.0, name="first"), call(1, 9.0, name="slow one")])
    page = opened()
    assert "slow one" in str(page.get("bidi_component")[0].proto)
    page = page.selectbox[1].select_index(1).run()
    assert "attributes of first" in str(page.get("bidi_component")[0].proto)


def test_the_newest_run_is_shown_until_another_is_chosen(labs: Path) -> None:
    os.utime(write_spans(labs, "06", evening()), (1000, 1000))
    write_spans(labs, "06-graded", [call(0)])
    page = opened()
    assert page.selectbox[0].options == [
        "Newest run",
        "Lab 06, the last graded run",
        "Lab 06, practice run",
    ]
    assert page.metric[1].value == "0 %"
    page = page.selectbox[0].select("06").run()
    assert page.metric[1].value == "66.7 %"
    write_spans(labs, "07", [call(0), call(1)])
    assert page.run().metric[1].value == "66.7 %"


@pytest.mark.parametrize("text", ["", "garbage\n", '{"resourceSpans": 1}\n', "\x00\x01", '{"resourceMetrics": []}\n'])
def test_a_file_without_spans_gets_one_message_and_the_others_stay_open(labs: Path, text: str) -> None:
    os.utime(write_spans(labs, "06-graded", evening()), (1000, 1000))
    write_run(labs, "06", text)
    page = opened()
    assert len(page.error) == 1
    assert "serve" in page.error[0].value
    page = page.selectbox[0].select("06-graded").run()
    assert (len(page.error), len(page.metric)) == (0, 6)


def test_damaged_lines_are_named_and_the_rest_is_shown(labs: Path) -> None:
    file = write_spans(labs, "06", evening())
    file.write_text(file.read_text(encoding="utf-8") + "oops\n", encoding="utf-8")
    page = opened()
    assert "1 line of 61 left out" in page.warning[0].value.replace("\\", "")
    assert len(page.metric) == 6


def test_hostile_names_are_text_everywhere(labs: Path) -> None:
    spans = [call(n, n, HOSTILE, name=HOSTILE, attributes={HOSTILE: HOSTILE, "error.type": HOSTILE}) for n in range(3)]
    write_spans(labs, HOSTILE.replace("/", "_"), spans)
    page = opened()
    trace = str(page.get("bidi_component")[0].proto)
    assert "&lt;script&gt;" in trace
    assert "<script" not in trace
    # Options are plain text to the browser; in Markdown every sign is escaped.
    assert "<script" not in words(page, but="selectbox").replace("\\<", "")


@pytest.mark.parametrize(
    "spans",
    [
        [call(0)],
        [call(0, 0.0)],
        [call(0, -3.0)],
        [call(0, attributes={}, kind="INTERNAL")],
        [call(0, 1.0, "A"), call(0, 1.0, "B")],
        [call(0, attributes={"gen_ai.operation.name": 7, "app.attempt": "first"})],
        [call(0), call(9_000_000)],
        [call(0, start_ns=0, end_ns=1)],
    ],
)
def test_odd_spans_are_shown(labs: Path, spans: list[Any]) -> None:
    write_spans(labs, "06", spans)
    page = opened()
    assert len(page.metric) == 6
    assert len(specs(page)) == 2 + ("tokens in" in json.dumps(specs(page)))
