"""A lab's master: reference and starter from one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.master import read_master
from grader.notebook import Cell, NotebookError

MASTER = '''
# %% [markdown]
# # Title
#
# Text with `code`.

# %%
def fingerprint(text):
    """Say what it does."""
    # BEGIN SOLUTION
    return hash(text)
    # BEGIN STARTER
    #: # TODO 1: return a hash.
    #:
    #: return ""
    # END


# %%
# !grade 06
'''


def read(folder: Path, text: str, *, solved: bool) -> tuple[Cell, ...]:
    file = folder / "master.py"
    file.write_text(text)
    return read_master(file, solved=solved)


def test_the_reference_holds_the_solution(tmp_path: Path) -> None:
    title, task, last = read(tmp_path, MASTER, solved=True)
    assert title == Cell("markdown", "# Title\n\nText with `code`.", 1)
    assert task == Cell("code", 'def fingerprint(text):\n    """Say what it does."""\n    return hash(text)', 2)
    assert last == Cell("code", "!grade 06", 3)


def test_the_starter_holds_what_stands_behind_the_colon(tmp_path: Path) -> None:
    _, task, _ = read(tmp_path, MASTER, solved=False)
    assert task.source.split("\n")[2:] == ["    # TODO 1: return a hash.", "    ", '    return ""']


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    # END\n", "", "'# END' is missing after BEGIN STARTER"),
        ("# BEGIN STARTER", "# END", "'# END' stands where"),
        ("    # BEGIN SOLUTION\n", "", "'# BEGIN STARTER' stands where"),
        ("# BEGIN SOLUTION", "# BEGIN SOLUTIONS", "'# BEGIN SOLUTIONS' stands where"),
        ("# BEGIN STARTER", "# BEGIN SOLUTION", "'# BEGIN SOLUTION' stands where"),
        ("# END", "# END SOLUTION", "'# END SOLUTION' stands where"),
        ('#: return ""', 'return ""', "stands behind '#: '"),
    ],
)
@pytest.mark.parametrize("solved", [True, False])
def test_marks_that_are_not_whole_are_told_by_their_cell(
    old: str, new: str, told: str, solved: bool, tmp_path: Path
) -> None:
    with pytest.raises(NotebookError, match=r"master\.py, cell 2: .*" + told):
        read(tmp_path, MASTER.replace(old, new), solved=solved)


def test_what_stands_before_the_first_cell_is_no_cell(tmp_path: Path) -> None:
    assert read(tmp_path, '"""Docstring."""\n\n# %%\nx = 1\n', solved=True) == (Cell("code", "x = 1", 1),)
