"""Every mutant of one run's telemetry."""

from __future__ import annotations

from collections.abc import Iterator

from grader.evidence import TOLERANCE_NS
from grader.mutants.change import Mutant
from grader.mutants.log_records import log_mutants
from grader.mutants.metrics import metric_mutants
from grader.mutants.spans import span_mutants
from grader.telemetry import Telemetry


def mutants_of(telemetry: Telemetry, tolerance_ns: int = TOLERANCE_NS) -> Iterator[Mutant]:
    """Yield every mutant: of spans, log records and metric points, each with one change.

    Times move by twice `tolerance_ns` (nanoseconds), how far they may lie from the truth.
    """
    yield from span_mutants(telemetry, 2 * tolerance_ns)
    yield from log_mutants(telemetry, 2 * tolerance_ns)
    yield from metric_mutants(telemetry)
