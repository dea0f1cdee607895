"""Notebooks as plain code cells: read from `.ipynb` files in every state, written without outputs."""

from __future__ import annotations

import ast
import errno
import hashlib
import json
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.whole_file import read_bounded

MAX_BYTES = 20 * 1024 * 1024
"""A notebook larger than this is refused: labs have no outputs worth that much."""

# Cell magics whose cell is still Python: the line goes, the rest runs.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture")
_PYTHON_NAMES = ("python", "ipython", "python3")
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
    """Read the cells of an `.ipynb` file; format 3, in which cells stand in worksheets, is read too.

    Raises:
        NotebookError: if there is no such file, or it is empty, too large, no notebook, or not one in Python.
    """
    content = _read(path)
    if not content.strip():
        raise NotebookError(f"{path.name} is empty. Copy the lab's notebook again, or restore your own.")
    try:
        whole = json.loads(content)  # from bytes: UTF-8 or UTF-16, with or without a byte order mark
        language = _language(whole.get("metadata"))
        cells = whole["cells"] if "cells" in whole else [c for sheet in whole["worksheets"] for c in sheet["cells"]]
        found = tuple(_cell(cell, number) for number, cell in enumerate(cells, start=1))
    except UnicodeDecodeError as error:
        raise NotebookError(f"{path.name} is not UTF-8 text. Save it again as a notebook.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotebookError(
            f"{path.name} is not a notebook: it is not JSON with cells. Restore it, or copy the lab's again."
        ) from error
    if language not in _PYTHON_NAMES:
        raise NotebookError(f"{path.name} is a notebook in {language[:30]}. Choose its Python kernel, and save it.")
    return found


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_BYTES)
    except FileNotFoundError as error:
        raise NotebookError(f"There is no notebook at {path}.") from error
    except OSError as error:
        advice = " Clear its outputs." if error.errno == errno.EFBIG else ""
        raise NotebookError(f"{path.name} could not be read: {error.strerror}.{advice}") from error


def _language(metadata: Any) -> str:
    """Return the language that a notebook says it is in; one that says nothing is taken for Python."""
    for block, key in (("kernelspec", "language"), ("language_info", "name")):
        table = metadata.get(block) if isinstance(metadata, dict) else None
        if isinstance(table, dict) and isinstance(table.get(key), str):
            return str(table[key]).lower()
    return "python"


def _cell(entry: Any, number: int) -> Cell:
    kind, source = str(entry["cell_type"]), entry.get("source", entry.get("input")) or ""
    source = source if isinstance(source, str) else "".join(source)
    # Format 3 names a language per cell; so does VS Code.
    language = entry.get("language") or ((entry.get("metadata") or {}).get("vscode") or {}).get("languageId")
    if kind == "code" and language and str(language).lower() not in _PYTHON_NAMES:
        source = f"%%{language}\n{source}"
    return Cell(kind, source, number)


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
