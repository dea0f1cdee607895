"""Practice in one interpreter: the same verdicts as `grade`, a clean start each time, and nothing left behind."""

import os
import sys
from pathlib import Path

import pytest
from opentelemetry import trace

from grader.judge import grade_cells
from grader.labs import find_lab
from grader.notebook import Cell
from grader.practice import practise
from simulator import record

LAB = find_lab("06")
SEED = 6
# Something else than an exporter writes the telemetry file.
BROKEN_FILE = "import os, pathlib\npathlib.Path(os.environ['SIMULATOR_TELEMETRY']).write_text('{\\n')"


def with_cell(source: str, *, first: bool = False) -> tuple[Cell, ...]:
    """The reference with one more cell."""
    cell = Cell("code", source, 0 if first else len(LAB.reference) + 1)
    return (cell, *LAB.reference) if first else (*LAB.reference, cell)


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        pytest.param(LAB.starter, "not-attempted", id="starter"),
        pytest.param(LAB.reference, "passed", id="reference"),
        pytest.param((Cell("markdown", "Words only.", 1),), "cannot-grade", id="nothing to run"),
        pytest.param(with_cell("print(1 +"), "crashed", id="not Python"),
        pytest.param(with_cell(BROKEN_FILE), "tampered", id="no OTLP"),
        pytest.param(with_cell(BROKEN_FILE + "\n1 / 0"), "crashed", id="no OTLP, and an error"),
        pytest.param(with_cell("import sys; sys.exit(3)"), "crashed", id="sys.exit"),
        pytest.param(
            with_cell("client.chat.completions.create(model='lumen-mid', messages=[])"), "crashed", id="refused"
        ),
        pytest.param(with_cell("def ask(request, attempt): pass\nserve(answer)"), "failed", id="a run without calls"),
    ],
)
def test_practice_and_grade_say_the_same(cells: tuple[Cell, ...], verdict: str) -> None:
    here, judged = practise(LAB, cells, SEED), grade_cells(LAB, cells, SEED)
    assert here.report.verdict == judged.report.verdict == verdict
    assert (here.report.checks, here.report.message) == (judged.report.checks, judged.report.message)
    assert here.report.practice
    assert not judged.report.practice
    if verdict in ("passed", "failed"):
        assert here.telemetry == judged.telemetry


LEFTOVERS = """
from opentelemetry import context, trace
from opentelemetry.sdk.trace import SpanProcessor

class Meddler(SpanProcessor):
    def on_start(self, span, parent_context=None):
        span.set_attribute("gen_ai.provider.name", "nobody")

trace.get_tracer_provider().add_span_processor(Meddler())
context.attach(trace.set_span_in_context(tracer.start_span("left open")))
import os, sys
os.chdir("/")
sys.path.insert(0, "/")
serve(answer)
"""


def test_what_one_notebook_leaves_behind_is_gone_in_the_next() -> None:
    first = practise(LAB, LAB.reference, SEED)
    practise(LAB, with_cell(LEFTOVERS), SEED)
    again = practise(LAB, LAB.reference, SEED)
    assert again.report.verdict == "passed"
    assert again.telemetry == first.telemetry


def test_a_notebook_without_record_has_no_telemetry_however_many_had() -> None:
    practise(LAB, LAB.reference, SEED)
    plain = "from opentelemetry import trace\ntracer = trace.get_tracer('somebody')"
    cells = tuple(
        Cell(cell.kind, cell.source.replace('tracer = record("06")', plain), cell.number) for cell in LAB.reference
    )
    assert practise(LAB, cells, SEED).telemetry == b""


def test_the_session_that_was_there_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    record("06")
    provider, main, folder, output = trace.get_tracer_provider(), sys.modules["__main__"], Path.cwd(), sys.stdout
    practise(LAB, LAB.reference, SEED)
    assert trace.get_tracer_provider() is provider
    assert (sys.modules["__main__"], Path.cwd(), sys.stdout) == (main, folder, output)
    assert "SIMULATOR_TELEMETRY" not in os.environ


def test_without_a_seed_the_traffic_is_fresh() -> None:
    first, second = practise(LAB, LAB.reference), practise(LAB, LAB.reference)
    assert first.report.seed != second.report.seed
    assert first.telemetry != second.telemetry


def test_without_a_simulator_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simulator.apart", None)
    report = practise(LAB, LAB.reference, SEED).report
    assert (report.verdict, report.exit_code) == ("cannot-grade", 3)
    assert report.message.startswith("The simulator did not work: ")
