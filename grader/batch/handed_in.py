"""Reads what a class handed in, from a folder or a zip archive: nothing is followed, all is bounded."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from grader.batch.submissions import ClassError, Entry, SubmissionError, is_notebook, is_skipped, unreadable
from grader.notebook import MAX_BYTES
from grader.whole_file import read_bounded

_MOST_ENTRIES = 20_000
_DEEPEST = 12
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # other methods may ask for gigabytes to unpack a byte
_ENCRYPTED = 1
_TOO_LARGE = f"It has more than {MAX_BYTES // 2**20} MB. Clear its outputs."
_NO_FILE = "It is a link, a pipe or a device. A submission has to be a file."
_NO_NOTEBOOK = "There is no notebook (.ipynb) in this folder."
_OUTSIDE = "Its path leaves the archive. A submission has to stand in it."


def entries_of(source: Path) -> tuple[Entry, ...]:
    """Return all notebooks in a folder or a zip archive, and what else stands for a learner.

    Raises:
        ClassError: if there is nothing to grade, or it cannot be read as a whole.
    """
    try:
        if source.exists() and not source.is_dir() and not source.is_file():
            raise ClassError(f"{source} is neither a folder nor a zip archive.")
        found = tuple(_in_folder(source) if source.is_dir() else _in_zip(source))
    except OSError as error:
        raise ClassError(f"{source} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ClassError(f"{source} is neither a folder nor a whole zip archive: {error}.") from error
    except ValueError as error:
        if isinstance(error, ClassError):
            raise
        raise ClassError(f"{source} has names that are not text: {error}. Unpack it, and name the folder.") from error
    if not found:
        raise ClassError(f"There is no notebook in {source}. It takes a folder a learner, or files: 06_name.ipynb.")
    return found


def _in_folder(folder: Path) -> Iterator[Entry]:
    for number, path in enumerate(_walk(folder, folder)):
        if number >= _MOST_ENTRIES:
            raise ClassError(f"{folder} has more than {_MOST_ENTRIES} files. Is it the right one?")
        parts = path.relative_to(folder).parts
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            yield unreadable((*parts, ""), _NO_NOTEBOOK)
        elif not stat.S_ISREG(mode):
            yield unreadable(parts, _NO_FILE)
        else:
            yield Entry(parts, lambda path=path: _read_file(path))  # type: ignore[misc]  # a default binds it now


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    """Find notebooks and what cannot be one; a learner's folder without any stands for itself."""
    for path in sorted(folder.iterdir()):
        parts = path.relative_to(root).parts
        if is_skipped(parts[-1:]):
            continue
        if path.is_dir() and not path.is_symlink():
            below: list[Path] = []
            with suppress(PermissionError):  # a folder that is closed has no notebook for us
                below += _walk(path, root) if len(parts) < _DEEPEST else ()
            yield from below
            if not below and folder == root:
                yield path
        elif is_notebook(path.name) or (path.is_symlink() and folder == root):
            yield path


def _read_file(path: Path) -> bytes:
    try:
        if path.is_symlink():
            raise SubmissionError(_NO_FILE)
        return read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise SubmissionError(f"It cannot be read: {error.strerror}.") from error


def _in_zip(source: Path) -> Iterator[Entry]:
    archive = zipfile.ZipFile(source)
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > _MOST_ENTRIES:
        raise ClassError(f"{source} has more than {_MOST_ENTRIES} files. Is it the right one?")
    found: list[tuple[tuple[str, ...], Entry | None]] = []
    for member in members:
        parts = tuple(part for part in member.filename.split("/") if part not in ("", "."))
        if member.filename.startswith("/") or ".." in parts or "\\" in member.filename:
            yield unreadable((member.filename,), _OUTSIDE)
        elif parts and not is_skipped(parts):
            found.append((parts, _member(archive, member, parts) if is_notebook(parts[-1]) else None))
    tops = {parts[0] for parts, _ in found}
    if len(found) > 1 and len(tops) == 1 and all(len(parts) > 1 for parts, _ in found):
        found = [(parts[1:], entry) for parts, entry in found]  # a folder in which the whole archive stands
    with_one = {parts[0] for parts, entry in found if entry}
    for top in sorted({parts[0] for parts, _ in found if len(parts) > 1} - with_one):
        yield unreadable((top, ""), _NO_NOTEBOOK)
    yield from (replace(entry, parts=parts) for parts, entry in found if entry)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, parts: tuple[str, ...]) -> Entry:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return unreadable(parts, _NO_FILE)
    if member.flag_bits & _ENCRYPTED:
        return unreadable(parts, "It is encrypted. Unpack it with its password, and hand that in.")
    if member.compress_type not in _READABLE:
        return unreadable(parts, "It is packed in a way that is not read here. Pack it as an ordinary zip.")
    if member.file_size > MAX_BYTES:
        return unreadable(parts, _TOO_LARGE)
    return Entry(parts, lambda: _read_member(archive, member))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack one member, up to a bound: what an archive says of its members need not be true."""
    try:
        with archive.open(member) as file:
            return file.read(MAX_BYTES)  # at most what it says it has, which is at most this
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, OverflowError) as error:
        raise SubmissionError(f"It cannot be unpacked: {error}.") from error
