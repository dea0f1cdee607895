"""What a class handed in, from folders and archives: whose it is, and what no archive can do to its reader."""

from __future__ import annotations

import os
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.batch.handed_in import entries_of
from grader.batch.submissions import ClassError, Submission, SubmissionError, assign
from grader.notebook import MAX_BYTES


def submissions(source: Path, lab: str = "06") -> dict[str, Submission]:
    return {found.name: found for found in assign(entries_of(source), lab)}


def whose(source: Path, lab: str = "06") -> list[tuple[str, str, str]]:
    """Learner, lab, and whether it can be graded."""
    return [(s.learner, s.lab, "trouble" if s.trouble else "ok") for s in assign(entries_of(source), lab)]


def files(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def archive(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, name)
    return path


Make = Callable[..., Path]


def as_folder(root: Path, *names: str) -> Path:
    return files(root / "folder", *names)


def as_zip(root: Path, *names: str) -> Path:
    return archive(root / "class.zip", *names)


@pytest.mark.parametrize("make", [as_folder, as_zip])
@pytest.mark.parametrize(
    ("names", "lab", "found"),
    [
        (("ada/06_x.ipynb", "bob/mine.ipynb"), "06", [("ada", "06", "ok"), ("bob", "06", "ok")]),
        (("ada.ipynb", "06_bob.ipynb"), "06", [("ada", "06", "ok"), ("bob", "06", "ok")]),
        (("06_ada.ipynb", "07_ada.ipynb"), "", [("ada", "06", "ok"), ("ada", "07", "ok")]),
        (("ada/06_x.ipynb", "ada/07_y.ipynb", "b/06_x.ipynb"), "07", [("ada", "07", "ok"), ("b", "07", "ok")]),
        (("ada/deep/er/06_x.ipynb", "ada/notes.ipynb", "b/06_x.ipynb"), "06", [("ada", "06", "ok"), ("b", "06", "ok")]),
        (("ada/06_x.ipynb", "ada/notes.ipynb", "b/06_x.ipynb"), "", [("ada", "06", "ok"), ("b", "06", "ok")]),
        (("ada/one.ipynb", "ada/two.ipynb", "b/06_x.ipynb"), "06", [("ada", "06", "trouble"), ("b", "06", "ok")]),
        (("ada/06_x.ipynb", "bob/readme.txt"), "06", [("ada", "06", "ok"), ("bob", "06", "trouble")]),
        (("ada/mine.ipynb", "b/06_x.ipynb"), "", [("ada", "", "trouble"), ("b", "06", "ok")]),
        (("ada/06_x.ipynb", "ada/.ipynb_checkpoints/06_x.ipynb", "__MACOSX/b/06.ipynb"), "06", [("ada", "06", "ok")]),
    ],
)
def test_a_folder_is_a_learners_and_so_is_a_file(
    make: Make, names: tuple[str, ...], lab: str, found: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    assert whose(make(tmp_path, *names), lab) == found


def test_a_folder_around_the_whole_archive_is_nobodys(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", "class/ada/06.ipynb", "class/bob/06.ipynb")
    assert whose(packed) == [("ada", "06", "ok"), ("bob", "06", "ok")]


def test_what_is_read_is_what_was_handed_in(tmp_path: Path) -> None:
    for source in (files(tmp_path / "f", "ada/06_x.ipynb"), archive(tmp_path / "a.zip", "ada/06_x.ipynb")):
        assert submissions(source)["ada"].read() == b"ada/06_x.ipynb"


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    root = files(tmp_path / "f", "good/06.ipynb")
    secret = files(tmp_path, "solution.ipynb") / "solution.ipynb"
    for name in ("linked", "piped", "gone"):
        (root / name).mkdir()
    (root / "linked" / "06.ipynb").symlink_to(secret)
    (root / "gone" / "06.ipynb").symlink_to(tmp_path / "nowhere")
    os.mkfifo(root / "piped" / "06.ipynb")
    (root / "elsewhere").symlink_to(tmp_path)
    found = submissions(root)
    assert found["good"].trouble == ""
    for name in ("linked", "piped", "gone", "elsewhere"):
        with pytest.raises(SubmissionError, match="It is a link, a pipe or a device"):
            found[name].read()


def test_a_link_that_takes_a_files_place_later_is_not_read_either(tmp_path: Path) -> None:
    found = submissions(files(tmp_path / "f", "ada/06.ipynb"))
    notebook = tmp_path / "f" / "ada" / "06.ipynb"
    notebook.unlink()
    notebook.symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="a link"):
        found["ada"].read()


@pytest.mark.parametrize("name", ["../06_up.ipynb", "a/../../06_up.ipynb", "/etc/06_up.ipynb", "C:\\06_up.ipynb"])
def test_paths_that_leave_the_archive_are_told_and_cost_nobody_else(name: str, tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", name, "ada/06.ipynb")
    found = list(submissions(packed).values())
    assert sorted(bool(s.trouble) for s in found) == [False, True]
    assert all("/" not in s.name and "\\" not in s.name for s in found)


def test_links_and_devices_in_an_archive_are_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("good/06.ipynb", "good")
        for learner, kind in (("link", stat.S_IFLNK), ("device", stat.S_IFCHR), ("pipe", stat.S_IFIFO)):
            member = zipfile.ZipInfo(f"{learner}/06.ipynb")
            member.external_attr = (kind | 0o777) << 16
            packed.writestr(member, "/etc/passwd")
    found = submissions(tmp_path / "a.zip")
    assert {name for name, s in found.items() if s.trouble} == {"link", "device", "pipe"}


def test_the_same_name_twice_is_told(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        packed = archive(tmp_path / "a.zip", "ada/06.ipynb", "ada/06.ipynb", "bob/06.ipynb")
    found = submissions(packed)
    assert (found["ada"].trouble[:24], found["bob"].trouble) == ("This name is there more ", "")


def bomb(path: Path, size: int, *, said: int | None = None) -> Path:
    """An archive with one member that unpacks to this size, and says that it has another."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ada/06.ipynb", b"\0" * size)
        packed.writestr("bob/06.ipynb", "bob")
    if said is not None:
        raw = path.read_bytes()
        path.write_bytes(raw.replace(size.to_bytes(4, "little"), said.to_bytes(4, "little")))
    return path


@pytest.mark.parametrize("said", [None, 1000])
def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(said: int | None, tmp_path: Path) -> None:
    packed = bomb(tmp_path / "a.zip", 300 * 2**20, said=said)
    tracemalloc.start()
    try:
        found = submissions(packed)
        with pytest.raises(SubmissionError, match=r"more than 20 MB|cannot be unpacked"):
            found["ada"].read()
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BYTES
    finally:
        tracemalloc.stop()
    assert found["bob"].read() == b"bob"


def test_a_member_that_is_encrypted_or_broken_costs_only_itself(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", "ada/06.ipynb", "bob/06.ipynb")
    raw = bytearray(packed.read_bytes())
    directory = raw.index(b"PK\x01\x02")
    raw[directory + 8] |= 1  # the flag for encryption, of the first member
    second = raw.index(b"bob/06.ipynb")
    raw[second + len("bob/06.ipynb")] ^= 0xFF  # the first byte of what the second one holds
    packed.write_bytes(raw)
    found = submissions(packed)
    assert "encrypted" in found["ada"].trouble
    with pytest.raises(SubmissionError, match="cannot be unpacked"):
        found["bob"].read()


def test_a_name_that_is_no_utf_8_is_shown_as_what_it_is(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/f/caf\xe9"
    os.makedirs(folder)
    with open(folder + b"/06.ipynb", "wb") as file:
        file.write(b"x")
    (found,) = submissions(tmp_path / "f").values()
    assert (found.learner, found.read(), found.name.isascii()) == ("caf\\udce9", b"x", True)


def test_a_folder_that_is_closed_costs_only_itself(tmp_path: Path) -> None:
    root = files(tmp_path / "f", "ada/06.ipynb", "bob/06.ipynb")
    (root / "bob").chmod(0)
    try:
        found = submissions(root)
    finally:
        (root / "bob").chmod(0o755)
    assert found["ada"].trouble == ""
    assert "bob" in found


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file"),
        (b"not a zip", "neither a folder nor a whole zip"),
        (b"", "neither a folder"),
    ],
)
def test_what_is_no_class_is_told(content: bytes | None, told: str, tmp_path: Path) -> None:
    source = tmp_path / "class.zip"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(ClassError, match=told):
        entries_of(source)


def test_a_pipe_is_no_class(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ClassError, match="neither a folder nor a zip"):
        entries_of(tmp_path / "pipe")


def test_an_archive_whose_names_are_not_text_is_told(tmp_path: Path) -> None:
    packed = archive(tmp_path / "a.zip", "é/06.ipynb")
    packed.write_bytes(packed.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(ClassError, match="has names that are not text"):
        entries_of(packed)


def test_an_empty_class_is_told(tmp_path: Path) -> None:
    with pytest.raises(ClassError, match="There is no notebook in"):
        entries_of(tmp_path)
