"""What lab 06 leaves free, right solutions do differently; its two surviving mutants are as right as the original."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from grader.evidence import Evidence
from grader.labs import find_lab
from grader.mutants import mutants_of
from grader.notebook import runnable
from grader.sandbox import run_notebook
from grader.solutions import right_solutions
from grader.telemetry import Span
from tests.labs.mutated import declared, emitted

SEED = 11


@cache
def right(name: str) -> Evidence:
    lab = find_lab("06")
    ran = run_notebook(runnable(right_solutions(lab)[name]).cells, lab.scenario, SEED, lab.time_limit_s)
    assert ran.ending == "done", ran.message
    return Evidence(ran.telemetry, ran.ledger)


def test_what_the_lab_leaves_free_a_right_solution_does_differently() -> None:
    reference = emitted("06", SEED).chat_spans
    by_hand, quiet = (right(name).chat_spans for name in ("start and end by hand", "context manager of its own"))
    differ = {
        "span attribute app.attempt": not any("app.attempt" in span.attributes for span in (*by_hand, *quiet)),
        "span attribute gen_ai.response.id": not any("gen_ai.response.id" in span.attributes for span in by_hand),
        "span name": {span.name for span in by_hand} == {"ask the model"} != {span.name for span in reference},
        "span parent": all(span.parent_id for span in quiet) and not any(span.parent_id for span in reference),
        "span trace": len({s.trace_id for s in quiet}) < len({s.trace_id for s in reference}) == len(reference),
        "span events": not any(span.events for span in quiet) and any(span.events for span in reference),
        "span status message": not any(s.status_message for s in quiet) and any(s.status_message for s in reference),
        "span scope": {span.scope for span in by_hand} == {"my.bot"} != {span.scope for span in reference},
    }
    assert [part for part, so in differ.items() if not so] == []
    # record() gives every solution the same resource.
    assert {part for part in declared("06").free if not part.startswith("resource")} == differ.keys()


def test_a_right_solution_sets_ok_on_its_answers() -> None:
    assert {call.span.status for call in right("start and end by hand").answered} == {"OK"}
    assert {call.span.status for call in emitted("06", SEED).answered} == {"UNSET"}


def test_hashes_in_capitals_tell_the_same_texts_apart() -> None:
    name = "span attribute app.prompt.hash in capitals, on all spans"
    telemetry = emitted("06", SEED).telemetry
    mutant = next(mutant for mutant in mutants_of(telemetry) if mutant.name == name)
    assert same_hash(mutant.telemetry.spans) == same_hash(telemetry.spans)
    assert all(call.get("app.prompt.hash").isupper() for call in right("context manager of its own").calls)


def same_hash(spans: Iterable[Span]) -> set[frozenset[str]]:
    """Return the spans in groups, as their hashes tell their texts apart."""
    groups: dict[int, set[str]] = defaultdict(set)
    for span in spans:
        groups[int(span.attributes["app.prompt.hash"], 16)].add(span.span_id)
    return {frozenset(group) for group in groups.values()}
