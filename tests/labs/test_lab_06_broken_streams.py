"""Lab 06 judges a stream that broke off: an error, without usage, whose model the first chunks may have named."""

from __future__ import annotations

from typing import Any

import pytest

from grader.check_run import run_checks
from grader.labs import find_lab
from tests.grader.samples import attempt, evidence, span

LAB = find_lab("06")
CUT = attempt(error="stream_cut", finish_reason=None, streamed=True)
RIGHT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "lumen",
    "gen_ai.request.model": "lumen-mid",
    "gen_ai.prompt.name": "support-answer",
    "gen_ai.prompt.version": "v7",
    "app.prompt.hash": "00" * 32,
    "error.type": "APIConnectionError",
}


def failing(status: str = "ERROR", **changes: Any) -> set[str]:
    attributes = RIGHT | {name.replace("__", "."): value for name, value in changes.items()}
    kept = {name: value for name, value in attributes.items() if value is not None}
    laid = evidence((CUT,), (span(status=status, attributes=kept),))
    return {result.id for result in run_checks(LAB.checks_file, laid) if result.outcome != "passed"}


@pytest.mark.parametrize("answered_by", [None, "lumen-mid-2026-09-02"])
def test_a_right_span_passes_whether_or_not_it_names_the_model_of_the_chunks(answered_by: str | None) -> None:
    assert failing(gen_ai__response__model=answered_by) == set()


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"status": "UNSET"}, "marks_errors"),
        ({"error__type": None}, "marks_errors"),
        ({"error__type": "APITimeoutError"}, "marks_errors"),
        ({"error__type": "200"}, "marks_errors"),
        ({"gen_ai__usage__input_tokens": 100, "gen_ai__usage__output_tokens": 20}, "carries_tokens"),
        ({"gen_ai__usage__input_tokens": 0, "gen_ai__usage__output_tokens": 0}, "carries_tokens"),
        ({"gen_ai__response__model": "lumen-mid"}, "names_both_models"),
        ({"gen_ai__response__finish_reasons": ["stop"]}, "names_both_models"),
    ],
)
def test_what_is_not_true_of_it_fails_its_check(changes: dict[str, Any], check: str) -> None:
    assert failing(**changes) == {check}
