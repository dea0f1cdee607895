"""Progress: what each verdict does to a lab, and the text it is kept as."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from grader.progress import (
    LabProgress,
    ProgressError,
    from_text,
    graded,
    hint_shown,
    is_sealed,
    next_state,
    to_text,
)
from grader.report import Report, Result
from tests.grader.samples import result

STATES = ("not started", "in progress", "passed", "regressed")
AWAY = ("failed", "timeout", "crashed", "tampered")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone(timedelta(hours=2)))
LAB = LabProgress("regressed", 4, 7, 8, "2026-11-24T10:00:00Z", "marks_errors", {"marks_errors": 3})


def report(verdict: str, *checks: Result) -> Report:
    return Report("06", verdict, 7, 0.1, checks)


@pytest.mark.parametrize("before", STATES)
def test_a_pass_is_a_pass_whatever_was_before(before: str) -> None:
    assert next_state(before, "passed") == "passed"


@pytest.mark.parametrize("verdict", AWAY)
def test_a_lab_not_passed_is_in_progress_or_has_regressed(verdict: str) -> None:
    after = [next_state(before, verdict) for before in STATES]
    assert after == ["in progress", "in progress", "regressed", "regressed"]


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("verdict", ["not-attempted", "cannot-grade"])
def test_what_was_not_judged_changes_nothing(before: str, verdict: str) -> None:
    assert next_state(before, verdict) == before


def test_gradings_that_ran_without_a_pass_are_tries() -> None:
    def tries(verdict: str) -> int:
        return graded(LabProgress(), report(verdict), NOW).tries

    assert [tries(v) for v in ("failed", "crashed", "timeout")] == [1, 1, 1]
    assert [tries(v) for v in ("passed", "not-attempted", "tampered")] == [0, 0, 0]
    assert graded(LabProgress(), report("failed"), NOW, new_try=False).tries == 0


def test_the_best_count_stays_and_the_first_failed_check_is_remembered() -> None:
    one, two = result("failed", id="one"), result("failed", id="two")
    better = graded(LabProgress(), report("failed", result(), result(), one, two), NOW)
    assert (better.best, better.checks, better.stuck_on) == (2, 4, "one")
    worse = graded(better, report("failed", two, result("blocked"), result("blocked"), result("blocked")), NOW)
    assert (worse.best, worse.checks, worse.stuck_on) == (2, 4, "two")
    assert graded(worse, report("timeout"), NOW).stuck_on == ""


def test_the_first_pass_is_dated_in_utc_and_stays() -> None:
    passed = graded(LabProgress(), report("passed", result()), NOW)
    assert passed.passed_at == "2026-11-24T10:00:00Z"
    later = graded(passed, report("passed", result()), datetime(2027, 1, 1, tzinfo=UTC))
    assert later.passed_at == passed.passed_at


@pytest.mark.parametrize(
    ("lab", "may"),
    [
        (LabProgress(), False),
        (LabProgress("in progress", tries=2), False),
        (LabProgress("in progress", tries=3), True),
        (LabProgress("passed"), True),
        (LabProgress("regressed"), True),
    ],
)
def test_the_solution_opens_after_a_pass_or_three_tries(lab: LabProgress, may: bool) -> None:
    assert lab.may_see_solution is may


def test_hints_are_remembered_by_their_highest_level() -> None:
    lab = hint_shown(hint_shown(hint_shown(LabProgress(), "a", 3), "a", 2), "b", 2)
    assert lab.hints == {"a": 3, "b": 2}


def test_what_is_written_is_read_back() -> None:
    progress = {"06": LAB, "07": LabProgress()}
    text = to_text(progress).encode()
    assert from_text(text) == progress
    assert is_sealed(text)


def test_version_1_is_read_and_carries_no_seal() -> None:
    text = b'{"06": "passed", "07": "in progress"}'
    assert from_text(text) == {"06": LabProgress("passed"), "07": LabProgress("in progress")}
    assert not is_sealed(text)
    assert from_text(b"{}") == {}


def _changed(**changes: Any) -> bytes:
    whole = json.loads(to_text({"06": LAB}))
    return json.dumps(whole | changes).encode()


DAMAGED = {
    "nothing": b"",
    "half": b"{",
    "a list": b"[]",
    "a number": b"7",
    "no UTF-8": b"\xff\xfe",
    "an unknown state": b'{"06": "flying"}',
    "a state in a list": b'{"06": ["passed"]}',
    "no lab's number": b'{"6": "passed"}',
    "a deep nest": b"[" * 100_000,
    "a later version": _changed(version=3),
    "a broken seal": _changed(labs={"06": {"state": "passed"}}),
    "no seal": b'{"version": 2, "labs": {}}',
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_progress_is_told(name: str) -> None:
    with pytest.raises(ProgressError):
        from_text(DAMAGED[name])
    assert not is_sealed(DAMAGED[name])


@pytest.mark.parametrize(
    "entry", [{"tries": -1}, {"tries": True}, {"hints": {"a": "3"}}, {"passed_at": 3}, {"more": 1}, {"hints": [1]}]
)
def test_an_entry_that_no_grader_writes_is_told_although_its_seal_fits(entry: dict[str, Any]) -> None:
    from grader.progress import _seal

    labs = {"06": entry}
    with pytest.raises(ProgressError):
        from_text(json.dumps({"version": 2, "labs": labs, "seal": _seal(labs)}).encode())
