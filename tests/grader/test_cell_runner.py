"""The learner's process: one namespace for all cells, and what stopped them told by cell and line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader import cell_runner
from grader.ran import explain

DONE = [{"done": True}]


def run(folder: Path, *sources: str) -> list[dict[str, Any]]:
    """The words that the runner said after the first, which tells that a cell begins."""
    cells = [[number, source] for number, source in enumerate(sources, start=1)]
    order = {"cells": cells, "memory_bytes": 2**31, "file_bytes": 2**26}
    read_end, write_end = os.pipe()
    with open(read_end, encoding="utf-8") as status:
        subprocess.run(
            [sys.executable, "-I", str(Path(cell_runner.__file__)), str(write_end)],
            input=json.dumps(order).encode(),
            pass_fds=[write_end],
            cwd=folder,
            timeout=30,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write_end)
        words = [json.loads(line) for line in status]
    return [word for word in words if "cell" not in word]


def stopped(folder: Path, *sources: str) -> dict[str, Any]:
    (word,) = run(folder, *sources)
    return dict(word["error"])


def test_cells_share_one_main_module(tmp_path: Path) -> None:
    first = "import sys\nx = 1\nclass Point: pass"
    second = """
import pickle
assert __name__ == "__main__" and x == 1 and sys.modules["__main__"].x == 1
assert isinstance(pickle.loads(pickle.dumps(Point())), Point)
assert sys.argv == ["notebook"]
"""
    assert run(tmp_path, first, second) == DONE


def test_cells_are_plain_python_without_the_runners_own_future(tmp_path: Path) -> None:
    assert run(tmp_path, "def f(x: int): ...\nassert f.__annotations__ == {'x': int}") == DONE


def test_the_runner_brings_no_names_of_its_own(tmp_path: Path) -> None:
    told = stopped(tmp_path, "run_cells")
    assert (told["kind"], told["text"]) == ("NameError", "name 'run_cells' is not defined")


def test_each_cell_is_announced_as_it_begins() -> None:
    began: list[int] = []
    main = sys.modules["__main__"]
    try:
        told = cell_runner.run_cells([(2, "x = 1"), (5, "1 / 0"), (6, "x")], began.append)
    finally:
        sys.modules["__main__"] = main
    assert began == [2, 5]
    assert told == {"cell": 5, "line": "cell 5, line 1: 1 / 0", "kind": "ZeroDivisionError", "text": "division by zero"}


def test_an_exception_is_told_by_the_innermost_line_of_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "helping.py").write_text("import json\ndef read():\n    return json.loads('{')\n")
    told = stopped(
        tmp_path,
        "import sys\nsys.path.insert(0, '.')\nimport helping\ndef f():\n    return helping.read()",
        "x = 1\nf()",
    )
    assert (told["cell"], told["line"], told["kind"]) == (2, "cell 1, line 5: return helping.read()", "JSONDecodeError")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\nif x = 2:\n    pass", "cell 1, line 2: if x = 2:"),
        ("def f():\nreturn 1", "cell 1, line 2: return 1"),
        ("x = (1,\ny = 2", "cell 1, line 1: x = (1,"),
        ("\n\nx = !ls", "cell 1, line 3: x = !ls"),
    ],
)
def test_a_syntax_error_is_told_by_its_line(source: str, line: str, tmp_path: Path) -> None:
    told = stopped(tmp_path, source)
    assert told["line"] == line
    assert explain(told).startswith(f"C{line[1:]}. This is not Python: ")


@pytest.mark.parametrize(
    ("source", "kind", "told"),
    [
        (
            "import sys\nsys.exit(0)",
            "SystemExit",
            "line 2: sys.exit(0). It ended the notebook (sys.exit). Take that out.",
        ),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "line 1: raise KeyboardInterrupt. KeyboardInterrupt."),
        ("def f():\n    f()\nf()", "RecursionError", "line 2: f(). RecursionError: maximum recursion depth exceeded"),
        ("bytearray(3 * 2**30)", "MemoryError", "It asked for more than 2 GB of memory."),
        ("raise ValueError('a\\ud800b')", "ValueError", "ValueError: a\ud800b"),
        ("x = 'a\\ud800'\nx.encode()", "UnicodeEncodeError", "surrogates not allowed"),
        ("raise ExceptionGroup('two', [ValueError(), OSError()])", "ExceptionGroup", "two (2 sub-exceptions)"),
        ("class E(Exception):\n    def __str__(self): raise OSError\nraise E", "E", "line 3: raise E. E."),
        ("class E(Exception):\n    def __str__(self): return 5\nraise E", "E", "line 3: raise E. E."),
        ("raise SyntaxError('x', (5, 1, 1, 7))", "SyntaxError", "This is not Python"),
        ("exec('1 +')", "SyntaxError", "line 1: exec('1 +'). This is not Python"),
        ("raise type('Own', (BaseException,), {})('odd')", "Own", "Own: odd"),
        ("x = 'a\0'", "ValueError|SyntaxError", "null bytes"),
    ],
)
def test_whatever_a_cell_raises_is_told(source: str, kind: str, told: str, tmp_path: Path) -> None:
    error = stopped(tmp_path, source)
    assert error["kind"] in kind.split("|")
    assert told in explain(error)


def test_long_messages_and_lines_are_cut(tmp_path: Path) -> None:
    told = stopped(tmp_path, f"raise ValueError('{'x' * 100_000}')")
    assert (len(told["text"]), len(told["line"])) == (2000, 2000)


def test_the_cells_after_the_one_that_stopped_do_not_run(tmp_path: Path) -> None:
    stopped(tmp_path, "1 / 0", "open('ran', 'w')")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("said", [None, 7, {}, {"cell": 1}, "text"])
def test_an_ending_without_reasons_is_told_so(said: object) -> None:
    assert explain(said) == "The notebook stopped, and did not say why."


def test_words_that_a_notebook_wrote_itself_are_read_as_text_and_cut() -> None:
    long, deep = "x" * 1_000_000, json.loads("[" * 500 + "]" * 500)
    assert len(explain({"cell": long, "line": long, "kind": long, "text": long})) < 10_000
    assert explain({"cell": deep, "line": deep, "kind": deep, "text": deep}).startswith("[[[")
    assert explain({"cell": 10**5_000, "line": None, "kind": "E", "text": ""}).startswith("The notebook stopped")
