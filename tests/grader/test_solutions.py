"""Wrong and right solutions beside a lab, made from its reference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.labs import Lab
from grader.solutions import SolutionError, right_solutions, wrong_solutions


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "master.py").write_text("# %%\nx = 1\ny = x\n\n# %%\nprint(y)\n")
    return Lab("06", tmp_path, "call_site", 20.0)


def patch(lab: Lab, *pairs: tuple[str, str]) -> str:
    """Write a patch of these pairs, and return what becomes of the reference."""
    entry = f'[[wrong]]\nname = "slip"\nfails = ["a", "b"]\nreplace = {json.dumps(pairs)}\n'
    (lab.folder / "wrong.toml").write_text(entry)
    (wrong,) = wrong_solutions(lab)
    assert (wrong.name, wrong.fails, wrong.looks_complete) == ("slip", frozenset("ab"), False)
    return " | ".join(cell.source for cell in wrong.cells)


def test_patches_are_applied_one_after_the_other(lab: Lab) -> None:
    assert patch(lab, ("x = 1", "x = 2"), ("x = 2", "x = 3"), ("print(y)", "print(x)")) == "x = 3\ny = x | print(x)"


@pytest.mark.parametrize("old", ["z = 1", "x", "y"])
def test_a_text_that_is_not_there_once_is_told_with_the_patch(old: str, lab: Lab) -> None:
    with pytest.raises(SolutionError, match=rf"'slip': this text must stand in the reference exactly once: '{old}'"):
        patch(lab, (old, "w"))


def test_a_lab_without_patches_is_told_by_its_file(lab: Lab) -> None:
    with pytest.raises(FileNotFoundError, match=r"wrong\.toml"):
        wrong_solutions(lab)


def test_other_right_solutions_are_whole_notebooks_named_by_their_files(lab: Lab) -> None:
    assert right_solutions(lab) == {}
    (lab.folder / "right").mkdir()
    (lab.folder / "right" / "by_hand.py").write_text("# %%\nx = 2\n")
    (name, (cell,)) = right_solutions(lab).popitem()
    assert (name, cell.source) == ("by hand", "x = 2")
