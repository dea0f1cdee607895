"""Lines of a notebook that are no Python: skipped, named, and every line number kept."""

from __future__ import annotations

import ast
import time

import pytest

from grader.notebook import Cell, Runnable, runnable


def left(source: str) -> tuple[str, tuple[str, ...]]:
    """What is left of one cell, and what was skipped."""
    found = runnable([Cell("code", source, 4)])
    return "\n---\n".join(cell.source for cell in found.cells), found.skipped


@pytest.mark.parametrize(
    ("source", "kept", "skipped"),
    [
        ("!grade 06", "pass", "!grade 06"),
        ("x = 1\n%matplotlib inline\ny = 2", "x = 1\npass\ny = 2", "%matplotlib inline"),
        ("if True:\n    !ls\nx = 2", "if True:\n    pass\nx = 2", "!ls"),
        ("%%time\nx = 1", "pass\nx = 1", "%%time"),
        ("%%timeit -n 3\nx = 1", "pass\nx = 1", "%%timeit -n 3"),
        ("\n\n%%capture out\nx = 1", "\n\npass\nx = 1", "%%capture out"),
        ("!pip install \\\n  one \\\n  two\nx = 1", "pass\n\n\nx = 1", "!pip install \\"),
        ("x = '''a ''' + \\\n  'b'\n!ls 'x", "x = '''a ''' + \\\n  'b'\npass", "!ls 'x"),
        ("a = [1,\n  2]  # (\n!ls", "a = [1,\n  2]  # (\npass", "!ls"),
        ("s = 'it\\'s \"\"\" '\n!ls", "s = 'it\\'s \"\"\" '\npass", "!ls"),
    ],
)
def test_a_line_that_is_no_python_does_nothing_and_is_named(source: str, kept: str, skipped: str) -> None:
    assert left(source) == (kept, (f"cell 4: {skipped}",))
    assert ast.parse(kept)


@pytest.mark.parametrize(
    "body",
    [
        's = """\n%d items\n!important\n"""',
        "s = '''a \\''' b\n%d\n'''",
        's = r"""\\\n%d\n"""',
        "x = (7\n     % 4)",
        "x = 7 \\\n  % 4",
        'f = f"""{1}\n%s {2}"""',
        "d = {'a': [\n    1\n    % 2]}",
    ],
)
def test_a_line_inside_a_string_or_a_bracket_is_untouched(body: str) -> None:
    assert left(body) == (body, ())
    assert left(f"%%time\n{body}\n!ls") == (f"pass\n{body}\npass", ("cell 4: %%time", "cell 4: !ls"))


@pytest.mark.parametrize("first", ["%%bash", "%%html", "%%writefile x.py", "%%script python", "%%timed", "  \n%%sh -e"])
def test_a_cell_in_another_language_is_skipped_whole(first: str) -> None:
    assert left(f"{first}\nrm x") == ("", (f"cell 4: {first.strip()} (the whole cell)",))


@pytest.mark.parametrize("source", ["x = !ls", "x = %time f()", "x = (", "print?", "def f(:\n!ls"])
def test_what_is_neither_python_nor_a_whole_line_stays_for_python_to_refuse(source: str) -> None:
    kept, _ = left(source)
    with pytest.raises(SyntaxError):
        compile(kept, "<cell 4>", "exec")


def test_line_numbers_are_the_notebooks_own() -> None:
    kept, _ = left("%%time\n!ls\nx = 1\n%pwd\n1 / 0")
    assert kept.split("\n")[4] == "1 / 0"


def test_markdown_and_empty_cells_are_nothing_to_run() -> None:
    cells = [Cell("markdown", "!ls", 1), Cell("code", " \n", 2), Cell("raw", "x", 3)]
    assert runnable(cells) == Runnable((), ())


def test_a_doubtful_escape_in_a_string_is_no_warning_of_ours() -> None:
    assert left(r"x = '\d'") == (r"x = '\d'", ())


@pytest.mark.parametrize(
    "source", ["!x\n" * 20_000, '"""' + "\\" * 200_000 + "\n!x", "!x\n'" + "\\'" * 100_000, "(" * 200_000]
)
def test_a_hostile_cell_takes_no_time(source: str) -> None:
    began_s = time.process_time()
    left(source)
    assert time.process_time() - began_s < 5
