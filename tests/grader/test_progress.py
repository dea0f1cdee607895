"""Progress: states after each verdict, and a file that no crash can halve."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from grader.progress import next_state, read_progress, write_progress

STATES = ("not started", "in progress", "passed", "regressed")
AWAY = ("failed", "timeout", "crashed", "tampered")


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


def test_labs_are_kept_side_by_side(tmp_path: Path) -> None:
    file = tmp_path / "my" / ".progress.json"
    write_progress(file, "06", "failed")
    write_progress(file, "07", "passed")
    write_progress(file, "06", "passed")
    assert read_progress(file) == {"06": "passed", "07": "passed"}
    assert [path.name for path in file.parent.iterdir()] == [".progress.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b"\xff\xfe", b'{"06": "flying"}', b'{"06": ["passed"]}', b"[" * 100_000]
)
def test_a_damaged_file_means_that_nothing_was_started(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / ".progress.json"
    file.write_bytes(content)
    assert read_progress(file) == {}
    write_progress(file, "06", "passed")
    assert read_progress(file) == {"06": "passed"}


def test_no_file_and_no_folder_mean_that_nothing_was_started(tmp_path: Path) -> None:
    assert read_progress(tmp_path / "gone" / ".progress.json") == {}
    assert read_progress(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "my").write_text("a file where the folder belongs")
    with pytest.raises(OSError, match="File exists"):
        write_progress(tmp_path / "my" / ".progress.json", "06", "passed")


@pytest.mark.parametrize("step", [(os, "replace"), (json, "dump")])
def test_a_crash_while_writing_keeps_the_old_file(
    step: tuple[object, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".progress.json"
    write_progress(file, "06", "passed")

    def crash(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(*step, crash)
    with pytest.raises(KeyboardInterrupt):
        write_progress(file, "06", "failed")
    monkeypatch.undo()
    assert read_progress(file) == {"06": "passed"}
    assert [path.name for path in tmp_path.iterdir()] == [".progress.json"]
