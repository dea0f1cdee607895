"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

import pytest

from grader.whole_file import dated, read_bounded, write_new, write_whole


def test_a_file_is_replaced_keeps_its_permissions_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "x.txt"
    write_whole(file, b"one")
    file.chmod(0o640)
    write_whole(file, b"two")
    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_a_new_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_new(tmp_path / "x", b"")
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_is_there_is_not_written_over_by_a_new_file(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    write_new(file, b"one")
    with pytest.raises(FileExistsError):
        write_new(file, b"two")
    assert file.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_system_without_links_does_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    test_what_is_there_is_not_written_over_by_a_new_file(tmp_path)


def test_a_crash_before_the_name_changes_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.txt"
    write_whole(file, b"one")

    def crash(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        write_whole(file, b"two")
    assert file.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_dated_name_is_one_that_nothing_has(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, 10, 39, 1)
    names = []
    for _ in range(3):
        path = dated(tmp_path, "x", ".json", now)
        path.symlink_to("nowhere")
        names.append(path.name)
    assert names == ["x-2026-11-24-103901.json", "x-2026-11-24-103901-2.json", "x-2026-11-24-103901-3.json"]


def test_only_a_regular_file_of_bounded_size_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"12345")
    assert read_bounded(file, 5) == b"12345"
    with pytest.raises(OSError, match="it has 0 MB; at most 0 MB"):
        read_bounded(file, 4)
    os.mkfifo(tmp_path / "pipe")
    for other in ("pipe", "."):
        with pytest.raises(OSError):
            read_bounded(tmp_path / other, 4)
