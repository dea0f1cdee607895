"""One check, as the other graders' exercise has one."""

from grader.checks import Mismatch, check
from grader.evidence import Evidence


@check(anchor="one-span-per-attempt", hints=("Look.", "A span.", "start_span"))
def says_hello(evidence: Evidence) -> None:
    """Each request leaves a span named hello."""
    said = sum(span.name == "hello" for span in evidence.telemetry.spans)
    if said != len(evidence.ledger.requests):
        raise Mismatch(str(len(evidence.ledger.requests)), str(said))
