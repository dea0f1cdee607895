"""The ledger as the grader reads it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from grader.truth import Ledger, read_entries, read_ledger
from tests.grader.samples import asked, attempt, failed

REQUEST = {"kind": "request", **dataclasses.asdict(asked())}
ATTEMPT = {"kind": "attempt", **dataclasses.asdict(attempt())}


def test_requests_and_attempts_are_read_in_order() -> None:
    second = ATTEMPT | {"number": 2}
    ledger = read_entries([REQUEST, ATTEMPT, second])
    assert ledger.requests == (asked(),)
    assert ledger.attempts == (attempt(), attempt(number=2))


def test_kinds_and_keys_that_are_not_known_are_passed_over() -> None:
    ledger = read_entries([{"kind": "weather"}, {}, ATTEMPT | {"cached_tokens": 7}])
    assert ledger == Ledger((), (attempt(),))


def test_what_a_server_measured_on_the_real_clock_is_the_truth_about_times() -> None:
    (found,) = read_entries([ATTEMPT | {"measured_sent_at_ns": 7, "measured_ended_at_ns": 9}]).attempts
    assert (found.sent_at_ns, found.ended_at_ns) == (7, 9)


def test_an_entry_that_lacks_a_key_is_no_entry() -> None:
    with pytest.raises(KeyError, match="number"):
        read_entries([{key: value for key, value in ATTEMPT.items() if key != "number"}])


def test_an_attempt_says_whether_it_was_answered_and_what_to_call_it() -> None:
    assert attempt().answered
    assert not failed().answered
    assert attempt(number=2).label == "attempt 2 of request r-0001"
    assert attempt(request=None).label == "a call outside the run"


def test_a_stream_that_broke_off_told_nobody_its_tokens() -> None:
    cut = attempt(error="stream_cut", finish_reason=None, streamed=True)
    assert (cut.broke_off, cut.answered, cut.tokens) == (True, False, (None, None))
    assert (attempt().broke_off, attempt().tokens) == (False, (100, 20))


def test_an_answer_is_heard_if_somebody_read_it() -> None:
    unread, read = attempt(streamed=True), attempt(request="r-0002", streamed=True, chunks_read=1)
    outside = attempt(request=None)
    assert [found.heard for found in (attempt(), failed(), unread, read)] == [True, False, False, True]
    assert Ledger((asked(),), (unread, failed(), read, read, outside)).heard == 1


def test_a_request_is_found_by_its_id() -> None:
    ledger = Ledger((asked("r-0001"), asked("r-0002")), ())
    assert ledger.request("r-0002") == asked("r-0002")
    assert ledger.request(None) is None


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "ledger.jsonl") == Ledger()


def test_a_last_line_that_is_still_being_written_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text(json.dumps(REQUEST) + "\n" + json.dumps(ATTEMPT)[:-9])
    assert read_ledger(file) == Ledger((asked(),), ())


@pytest.mark.parametrize("damage", ["no json", "[]", "7", '{"kind": "attempt"}'])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text(json.dumps(REQUEST) + "\n" + damage + "\n")
    with pytest.raises(ValueError, match=r"ledger\.jsonl is damaged\. Run serve\(\) again"):
        read_ledger(file)
