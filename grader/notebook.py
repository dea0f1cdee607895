"""Notebooks as plain code cells: read from `.ipynb`, or from a lab's `master.py`, from which the starter is built."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import stat
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_BYTES = 20 * 1024 * 1024
"""A notebook larger than this is refused: labs have no outputs worth that much."""

# Cell magics whose cell is still Python: the line goes, the rest runs.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture")
# Strings, comments and brackets of one line, as far as they tell where a statement may begin.
_LEXEMES = re.compile(r"""\"\"\"|\'\'\'|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|#.*|[()\[\]{}]""")


class NotebookError(ValueError):
    """A notebook that cannot be read; says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `number` counts from 1 as a person would, markdown cells included."""

    kind: str
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Runnable:
    """What is left of a notebook to run, and the lines that were skipped, for the report."""

    cells: tuple[Cell, ...]
    skipped: tuple[str, ...] = field(default=())


def read_notebook(path: Path) -> tuple[Cell, ...]:
    """Read the cells of an `.ipynb` file.

    Raises:
        NotebookError: if there is no such file, or it is empty, too large, or no notebook.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise NotebookError(f"{path.name} is no regular file. Name the notebook's own file.")
        size = found.st_size
        text = path.read_text(encoding="utf-8-sig") if size <= MAX_BYTES else ""
    except FileNotFoundError as error:
        raise NotebookError(f"There is no notebook at {path}.") from error
    except UnicodeDecodeError as error:
        raise NotebookError(f"{path.name} is not UTF-8 text. Save it again as a notebook.") from error
    except OSError as error:
        raise NotebookError(f"{path.name} could not be read: {error.strerror}.") from error
    if size > MAX_BYTES:
        raise NotebookError(f"{path.name} has {size // 2**20} MB; at most {MAX_BYTES // 2**20} MB. Clear its outputs.")
    if not text.strip():
        raise NotebookError(f"{path.name} is empty. Copy the lab's notebook again, or restore your own.")
    try:
        whole = json.loads(text)
        if "worksheets" in whole:
            raise NotebookError(f"{path.name} has an old format. Open it in JupyterLab and save it again.")
        cells = whole["cells"]
        return tuple(
            Cell(str(cell["cell_type"]), _joined(cell["source"]), number) for number, cell in enumerate(cells, start=1)
        )
    except NotebookError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotebookError(
            f"{path.name} is not a notebook: it is not JSON with cells. Restore it, or copy the lab's again."
        ) from error


def _joined(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def runnable(cells: Iterable[Cell]) -> Runnable:
    """Keep the Python of a notebook: shell lines (`!`), magics (`%`) and cells in other languages are skipped."""
    kept: list[Cell] = []
    skipped: list[str] = []
    for cell in cells:
        if cell.kind != "code" or not cell.source.strip():
            continue
        source = cell.source
        first = source.lstrip().split("\n", 1)[0].strip()
        if first.startswith("%%") and first.split()[0] not in _PYTHON_MAGICS:
            skipped.append(f"cell {cell.number}: {first} (the whole cell)")
            continue
        if not _compiles(source):
            lines = source.split("\n")
            magic = _magic_lines(lines)
            skipped += [f"cell {cell.number}: {lines[n].strip()}" for n, first_line in magic.items() if first_line]
            # The line stays, with nothing to do, so that line numbers in errors are the notebook's own.
            source = "\n".join(_emptied(line, magic[n]) if n in magic else line for n, line in enumerate(lines))
        kept.append(Cell("code", source, cell.number))
    return Runnable(tuple(kept), tuple(skipped))


def _magic_lines(lines: list[str]) -> dict[int, bool]:
    """Find the lines that are no Python: True where one begins, False where it goes on after a backslash."""
    found: dict[int, bool] = {}
    quote, depth, goes_on = "", 0, False
    for number, line in enumerate(lines):
        if goes_on and number - 1 in found:
            found[number] = False
        elif not quote and not depth and not goes_on and line.lstrip().startswith(("!", "%")):
            found[number] = True
        else:
            quote, depth = _open_after(line, quote, depth)
        goes_on = line.endswith("\\")
    return found


def _open_after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Return the triple quote and the number of brackets that are open after a line."""
    while line:
        if quote:
            end = re.match(rf"(?:\\.|[^\\])*?{quote}", line)
            if end is None:
                break
            line, quote = line[end.end() :], ""
        lexeme = _LEXEMES.search(line)
        if lexeme is None:
            break
        line, word = line[lexeme.end() :], lexeme.group()
        quote = word if word in ('"""', "'''") else ""
        depth = max(depth + (word in "([{") - (word in ")]}"), 0)
    return quote, depth


def _emptied(line: str, begins: bool) -> str:
    return re.sub(r"[!%].*", "pass", line) if begins else ""


def _compiles(source: str) -> bool:
    try:
        _parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _parse(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the learner's strings; nothing for the judge's terminal
        return ast.parse(source)


def same_code(one: Iterable[Cell], other: Iterable[Cell]) -> bool:
    """Tell whether two notebooks hold the same Python, comments and layout aside."""

    def shape(cells: Iterable[Cell]) -> list[str] | None:
        try:
            found = [ast.dump(_parse(cell.source)) for cell in runnable(cells).cells]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return [text for text in found if text != ast.dump(ast.parse(""))]

    first = shape(one)
    return first is not None and first == shape(other)


def read_master(path: Path, *, solved: bool) -> tuple[Cell, ...]:
    """Read a lab's `master.py` (percent format) as the reference, or as the starter with the solutions cut out.

    From `# BEGIN SOLUTION` to `# BEGIN STARTER` stands what the reference has, from there to `# END` what the starter
    has instead, each line behind `#: `.

    Raises:
        NotebookError: if these marks are not whole; says in which cell.
    """
    blocks = re.split(r"^# %%(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    cells = []
    for number, (head, body) in enumerate(zip(blocks[::2], blocks[1::2], strict=True), start=1):
        if "[markdown]" in head:
            text = "\n".join(
                line[2:] if line.startswith("# ") else line.lstrip("#") for line in body.strip().split("\n")
            )
            cells.append(Cell("markdown", text, number))
        else:
            try:
                chosen = _choose(body, solved)
            except NotebookError as error:
                raise NotebookError(f"{path.parent.name}/{path.name}, cell {number}: {error}") from error
            source = re.sub(r"^# !", "!", chosen.strip("\n"), flags=re.MULTILINE)
            cells.append(Cell("code", source, number))
    return tuple(cells)


_REGIONS = {
    ("", "# BEGIN SOLUTION"): "SOLUTION",
    ("SOLUTION", "# BEGIN STARTER"): "STARTER",
    ("STARTER", "# END"): "",
}


def _choose(body: str, solved: bool) -> str:
    kept, region = [], ""
    for line in body.split("\n"):
        mark = line.strip()
        if mark.startswith(("# BEGIN ", "# END")):
            if (region, mark) not in _REGIONS:
                raise NotebookError(f"{mark!r} stands where a master cannot have it.")
            region = _REGIONS[region, mark]
        elif not region:
            kept.append(line)
        elif region == "STARTER" and not mark.startswith("#:") and mark:
            raise NotebookError(f"what only the starter has stands behind '#: ', unlike {mark!r}.")
        elif (region == "SOLUTION") == solved:
            kept.append(re.sub("#: ?", "", line, count=1) if region == "STARTER" else line)
    if region:
        raise NotebookError(f"'# END' is missing after BEGIN {region}.")
    return "\n".join(kept)


def to_notebook(cells: Iterable[Cell]) -> str:
    """Return `.ipynb` JSON without outputs; cell ids depend on place and kind alone, so that they stay the same."""
    entries = []
    for cell in cells:
        entry: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": hashlib.sha256(f"{cell.kind}/{cell.number}".encode()).hexdigest()[:8],
            "metadata": {},
            "source": cell.source.splitlines(keepends=True),
        }
        entries.append(entry | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": entries, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
