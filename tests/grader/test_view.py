"""What a notebook shows of its last run."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader import show
from grader.report import Report
from grader.report_html import report_html, report_section
from grader.telemetry import TelemetryError
from grader.truth import Attempt
from tests.grader.sample_files import attribute, line, otlp
from tests.grader.samples import START_NS, S, asked, attempt, failed


def left(folder: Path, attempts: list[Attempt], *spans: dict[str, object]) -> Path:
    """A folder as a practice run leaves it."""
    ids = dict.fromkeys(made.request_id for made in attempts)
    entries = [{"kind": "request", **dataclasses.asdict(asked(id))} for id in ids if id]
    entries += [{"kind": "attempt", **dataclasses.asdict(made)} for made in attempts]
    (folder / "ledger.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    (folder / "telemetry.jsonl").write_text("".join(line(one) + "\n" for one in spans))
    return folder


TWO = [attempt(0, request="r-0001"), failed(9, number=1, request="r-0002"), attempt(12, number=2, request="r-0002")]


def test_before_any_run_there_is_nothing_to_show(tmp_path: Path) -> None:
    view = show(tmp_path / "runs")
    assert (repr(view), view.svg, view._repr_html_()) == ("Nothing to show yet: run serve() first.", "", None)


def test_a_graded_run_shows_its_report_as_a_part_of_the_notebook(tmp_path: Path) -> None:
    folder = tmp_path / "06-graded"
    folder.mkdir()
    report = Report("06", "passed", 7, 0.5)
    (folder / "report.html").write_text(report_html(report, {}), encoding="utf-8")
    view = show(folder)
    assert (view._repr_html_(), repr(view)) == (report_section(report, {}), "The report of the last grading.")


def test_a_graded_run_without_a_report_says_so_in_one_line(tmp_path: Path) -> None:
    view = show(tmp_path / "06-graded")
    assert (repr(view).startswith("No report is kept here yet"), view._repr_html_()) == (True, None)


@pytest.mark.parametrize("content", [b"", b"<section", b"\xff\xfe"])
def test_a_damaged_report_says_what_to_do(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "06-graded").mkdir()
    (tmp_path / "06-graded" / "report.html").write_bytes(content)
    assert repr(show(tmp_path / "06-graded")) == "The report that is kept here is not whole: grade again."


def test_a_run_of_which_nobody_recorded_anything_shows_hollow_bars(tmp_path: Path) -> None:
    view = show(left(tmp_path, TWO))
    assert view.line == "0 of 3 attempts have a span; request r-0002 made 2"
    svg = ElementTree.fromstring(view.svg)
    assert view._repr_html_() == view.svg
    assert [rect.get("class") for rect in svg.iter() if rect.get("x") and rect.get("rx") == "2"] == ["m", "m"]


def test_a_recorded_run_shows_its_spans_with_what_they_say(tmp_path: Path) -> None:
    spans = [
        otlp(
            startTimeUnixNano=str(START_NS + at * S),
            endTimeUnixNano=str(START_NS + (at + 1) * S),
            attributes=[attribute("gen_ai.operation.name", stringValue="chat"), attribute(key, **found)],
            status=status,
        )
        for at, key, found, status in (
            (0, "x", {}, {}),
            (9, "error.type", {"stringValue": "RateLimitError"}, {"code": 2}),
            (12, "gen_ai.usage.input_tokens", {"intValue": "812"}, {}),
        )
    ]
    view = show(left(tmp_path, TWO, *spans))
    assert view.line.startswith("3 of 3 attempts have a span")
    assert "type RateLimitError" in view.svg
    assert "input_tokens 812" in view.svg
    assert "error, 1.00 s" in view.svg


def test_attempts_outside_any_request_are_not_shown(tmp_path: Path) -> None:
    assert show(left(tmp_path, [attempt(request=None)])).svg == ""


def test_ids_of_any_form_are_shown(tmp_path: Path) -> None:
    assert "request abc made 1" in show(left(tmp_path, [attempt(request="abc")])).line


def test_a_folder_may_be_given_as_text(tmp_path: Path) -> None:
    assert show(str(left(tmp_path, TWO))).svg


def test_a_run_that_is_still_written_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    folder = left(tmp_path, TWO)
    for name in ("ledger.jsonl", "telemetry.jsonl"):
        with open(folder / name, "a", encoding="utf-8") as file:
            file.write('{"half')
    assert show(folder).line.startswith("0 of 3 attempts")


def test_damaged_files_are_told(tmp_path: Path) -> None:
    folder = left(tmp_path, TWO)
    (folder / "telemetry.jsonl").write_text("garbage\n")
    with pytest.raises(TelemetryError, match="Line 1 of the telemetry"):
        show(folder)
    (folder / "telemetry.jsonl").unlink()
    (folder / "ledger.jsonl").write_text("garbage\n")
    with pytest.raises(ValueError, match="Run serve"):
        show(folder)


def test_who_imports_the_judge_or_passes_loads_no_drawing() -> None:
    code = (
        "import sys, grader, grader.check_run, grader.terminal as terminal, grader.report_html as html\n"
        "from grader.report import Report\n"
        "report = Report('06', 'passed', 7, 0.5)\n"
        "terminal.print_report(report, {}), html.report_html(report, {})\n"
        "print([name for name in sys.modules if name in ('grader.drawing', 'grader.span_tree_svg')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
