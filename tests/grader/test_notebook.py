"""Notebooks as plain code cells, from files in every state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader import notebook
from grader.notebook import Cell, NotebookError, read_notebook, same_code, to_notebook
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
        (b'{"cells": [{"cell_type": "code"}]}', "not JSON with cells"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "not JSON with cells"),
        (b'{"cells": [{"cell_type": "code", "source": [7]}]}', "not JSON with cells"),
        (b"[" * 100_000, "not JSON with cells"),
        (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "has an old format. Open it in JupyterLab and save it"),
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


def test_a_huge_notebook_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = notebook_file(tmp_path / "n.ipynb", "x")
    monkeypatch.setattr(notebook, "MAX_BYTES", 10)
    with pytest.raises(NotebookError, match="Clear its outputs"):
        read_notebook(file)


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
