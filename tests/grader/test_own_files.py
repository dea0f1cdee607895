"""Files on which a verdict rests: no change of them goes unseen, nor does one of what Python compiled of them."""

from __future__ import annotations

import os
import py_compile
from pathlib import Path

import pytest

from grader import own_files


@pytest.fixture
def checks(tmp_path: Path) -> Path:
    file = tmp_path / "checks.py"
    file.write_text("NUMBER = 1\n")
    return file


def compiled_of(file: Path) -> Path:
    return Path(str(py_compile.compile(str(file))))


def test_a_file_that_changed_vanished_or_became_something_else_is_found(tmp_path: Path, checks: Path) -> None:
    before = own_files.snapshot(tmp_path)
    assert own_files.changed(before) == ()
    checks.write_text("NUMBER = 2\n")
    assert own_files.changed(before) == (checks,)
    checks.unlink()
    assert own_files.changed(before) == (checks,)
    os.mkfifo(checks)
    assert own_files.changed(before) == (checks,)


def test_bytecode_that_is_new_or_changed_is_removed_and_the_rest_stays(tmp_path: Path, checks: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text("")
    kept, new = compiled_of(other), compiled_of(checks)
    new.unlink()
    before = own_files.bytecode((other, checks))
    py_compile.compile(str(checks))
    assert own_files.forget_new_bytecode((other, checks), before) == ()
    assert (kept.exists(), new.exists()) == (True, False)
    kept.write_bytes(b"another program")
    os.mkfifo(new)
    assert own_files.forget_new_bytecode((other, checks), before) == ()
    assert not os.path.lexists(kept) and not os.path.lexists(new)


def test_bytecode_in_a_folder_that_was_moved_away_is_found(tmp_path: Path, checks: Path) -> None:
    compiled = compiled_of(checks)
    elsewhere = tmp_path / "elsewhere"
    compiled.parent.rename(elsewhere)
    compiled.parent.symlink_to(elsewhere)
    assert own_files.forget_new_bytecode((checks,), {}) == ()
    assert not compiled.exists()


def test_what_cannot_be_removed_is_told(tmp_path: Path, checks: Path) -> None:
    compiled = compiled_of(checks)
    compiled.unlink()
    compiled.mkdir()  # no user, not even root, can unlink a folder
    assert own_files.forget_new_bytecode((checks,), {}) == (compiled,)
    assert compiled.name in own_files.told((compiled,))
