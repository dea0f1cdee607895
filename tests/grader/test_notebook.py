"""Notebooks as plain code cells, from files in every state."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from grader.notebook import Cell, NotebookError, read_notebook, runnable, same_code, to_notebook
from tests.grader.sample_files import notebook_file


def code(*sources: str) -> tuple[Cell, ...]:
    return tuple(Cell("code", source, number) for number, source in enumerate(sources, start=1))


def test_a_source_may_be_a_list_of_lines_or_one_text(tmp_path: Path) -> None:
    file = notebook_file(tmp_path / "n.ipynb", ["a = 1\n", "b = 2"], "c = 3")
    assert read_notebook(file) == code("a = 1\nb = 2", "c = 3")


def test_markdown_cells_are_counted_as_a_person_counts(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text('{"cells": [{"cell_type": "markdown", "source": "# T"}, {"cell_type": "code", "source": "x"}]}')
    assert read_notebook(file) == (Cell("markdown", "# T", 1), Cell("code", "x", 2))


def test_a_notebook_without_cells_is_empty(tmp_path: Path) -> None:
    assert read_notebook(notebook_file(tmp_path / "n.ipynb")) == ()


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = notebook_file(tmp_path / "n.ipynb", "x")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_notebook(file) == code("x")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "n.ipynb is empty"),
        (b" \n", "n.ipynb is empty"),
        (b"print(1)", "not JSON with cells"),
        (b'{"cells": [{"cell_type"', "not JSON with cells"),
        (b"[]", "not JSON with cells"),
        (b"null", "not JSON with cells"),
        (b"7", "not JSON with cells"),
        (b"{}", "not JSON with cells"),
        (b'{"cells": {"a": 1}}', "not JSON with cells"),
        (b'{"cells": [7]}', "not JSON with cells"),
        (b'{"cells": [{"source": "x"}]}', "not JSON with cells"),
        (b'{"cells": [{"cell_type": "code", "source": NaN}]}', "not JSON with cells"),
        (b'{"cells": [{"cell_type": "code", "source": "x", "metadata": 7}]}', "not JSON with cells"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "not JSON with cells"),
        (b'{"cells": [{"cell_type": "code", "source": [7]}]}', "not JSON with cells"),
        (b"[" * 100_000, "not JSON with cells"),
        (b'{"worksheets": 3}', "not JSON with cells"),
        (b'{"worksheets": [{"cells": [7]}]}', "not JSON with cells"),
        (b"\xff\xfe\x00\x01" * 10, "not JSON with cells"),
        (b'{"cells": "\xff"}', "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_notebook_is_told_with_what_to_do(content: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_bytes(content)
    with pytest.raises(NotebookError, match=told) as caught:
        read_notebook(file)
    assert "\n" not in str(caught.value)


def test_a_folder_and_nothing_at_all_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="could not be read: Is a directory"):
        read_notebook(tmp_path)
    with pytest.raises(NotebookError, match=r"There is no notebook at .*gone\.ipynb"):
        read_notebook(tmp_path / "gone.ipynb")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("x = 1 # a remark\n\n\ny =  2", True),
        ("(x) = 1\ny = 2", True),
        ("x = 1\ny = 3", False),
        ("x = 1", False),
        ("x = = 1", False),
        ("x = 1\ny = 2\n%matplotlib inline", False),
    ],
)
def test_comments_and_layout_do_not_change_the_code(other: str, same: bool) -> None:
    assert same_code(code(other), code("x = 1\ny = 2")) is same


def test_empty_cells_cells_of_comments_and_shell_lines_do_not_change_the_code() -> None:
    one = code("", "x = 1", "# later", "!grade 06")
    assert same_code(one, (Cell("markdown", "# New", 1), *code("x = 1", "!grade 06")))


def test_code_that_is_no_python_is_the_same_as_nothing() -> None:
    assert not same_code(code("x = ("), code("x = ("))
    assert not same_code(code("x = 'a\0'"), code("x = 1"))


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": "T"},
        {"cell_type": "code", "language": "python", "input": ["a = 1\n", "b = 2"], "prompt_number": 1},
    ]
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"nbformat": 3, "metadata": {"name": "old"}, "worksheets": [{"cells": cells}]}))
    assert read_notebook(file) == (Cell("heading", "T", 1), Cell("code", "a = 1\nb = 2", 2))


@pytest.mark.parametrize("entry", [{}, {"source": None}, {"source": ""}, {"source": []}])
def test_a_cell_without_a_source_is_empty(entry: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": [{"cell_type": "code"} | entry]}))
    assert read_notebook(file) == (Cell("code", "", 1),)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_other_encodings_of_unicode_are_read(encoding: str, tmp_path: Path) -> None:
    file = notebook_file(tmp_path / "n.ipynb", "x = 'é'")
    file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    assert read_notebook(file) == code("x = 'é'")


@pytest.mark.parametrize(
    "metadata", [{"kernelspec": {"name": "ir", "language": "R"}}, {"language_info": {"name": "julia"}, "kernelspec": 7}]
)
def test_a_notebook_in_another_language_is_told_with_what_to_do(metadata: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": [], "metadata": metadata}))
    with pytest.raises(NotebookError, match=r"n\.ipynb is a notebook in (r|julia)\. Choose its Python kernel"):
        read_notebook(file)


@pytest.mark.parametrize("entry", [{"language": "r"}, {"metadata": {"vscode": {"languageId": "shellscript"}}}])
def test_a_cell_in_another_language_is_marked_so_that_it_is_skipped_by_name(
    entry: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "x <- 1"} | entry]}))
    kept = runnable(read_notebook(file))
    assert kept.cells == ()
    assert kept.skipped[0].endswith("(the whole cell)")


def test_a_figure_that_is_no_number_in_an_output_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text('{"cells": [{"cell_type": "code", "source": "x", "outputs": [NaN, Infinity]}], "nbformat": 4}')
    assert read_notebook(file) == code("x")


def test_what_is_no_file_of_its_own_is_told_at_once(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe.ipynb", tmp_path / "loop.ipynb"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    with pytest.raises(NotebookError, match=r"pipe\.ipynb could not be read: it is no regular file"):
        read_notebook(pipe)
    with pytest.raises(NotebookError, match=r"loop\.ipynb could not be read: Too many levels"):
        read_notebook(loop)


def test_a_notebook_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    with file.open("wb") as big:
        big.truncate(100 * 2**20)
    tracemalloc.start()
    try:
        with pytest.raises(
            NotebookError, match=r"n\.ipynb could not be read: it has 100 MB; at most 20 MB\. Clear its outputs"
        ):
            read_notebook(file)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_written_notebook_is_read_back_and_has_no_outputs(tmp_path: Path) -> None:
    cells = (Cell("markdown", "# T\ntext", 1), Cell("code", "a = '\u2028'\nb = 2\n", 2), Cell("code", "", 3))
    file = tmp_path / "n.ipynb"
    file.write_text(to_notebook(cells), encoding="utf-8")
    assert read_notebook(file) == cells
    entries = json.loads(file.read_text(encoding="utf-8"))["cells"]
    assert [entry.get("outputs") for entry in entries] == [None, [], []]
    assert "execution_count" not in entries[0]


def test_cell_ids_stay_when_the_text_changes_and_differ_from_cell_to_cell() -> None:
    def ids(*sources: str) -> list[str]:
        return [cell["id"] for cell in json.loads(to_notebook(code(*sources)))["cells"]]

    assert ids("a", "b", "c") == ids("x", "y", "z")
    assert len(set(ids(*"abcdefghijklmnopqrstuvwxy"))) == 25
    assert to_notebook(code("a")) == to_notebook(code("a"))
