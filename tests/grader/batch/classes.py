"""A class of thirty: right, wrong, broken and hostile, under names of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.labs import Lab, find_lab
from grader.notebook import Cell, to_notebook
from grader.solutions import right_solutions, wrong_solutions
from tests.grader.attack_files import attacks

HOSTILE_NAMES = (
    '=cmd|" calc"!A0',
    "<img src=x onerror=alert(1)>",
    "\x1b[2J\x1b[31mred",
    "@SUM(1+1)*cmd",
    "a\u202egpj.exe",
    "CON",
    "-rf",
    "Ünïcödé | `code` [link](x)",
)
_ATTACKS = ("exits_in_the_function", "fork_bomb", "kills_everybody", "leaves_a_daemon", "never_ends")
_MORE_ATTACKS = ("opens_the_network", "reads_the_solution", "takes_memory")
_BROKEN = {
    "empty": b"",
    "not-json": b"{",
    "not-text": b"\xff\xfe\x00\xd8garbage",
    "other-language": b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}, "nbformat": 4}',
}


def write_class(folder: Path, marker: Path) -> dict[str, frozenset[str]]:
    """Write thirty submissions, a folder each; returns the verdicts that each may get, by folder."""
    expected = {}
    for name, content, verdicts in _submissions(find_lab("06"), marker):
        (folder / name).mkdir(parents=True)
        (folder / name / "06_wrap_one_call_site.ipynb").write_bytes(content)
        expected[name] = frozenset(verdicts)
    (folder / "nothing").mkdir()
    expected["nothing"] = frozenset({"cannot-grade"})
    return expected


def _submissions(lab: Lab, marker: Path) -> Iterator[tuple[str, bytes, set[str]]]:
    rights = (lab.reference, *right_solutions(lab).values())
    for number, name in enumerate((*HOSTILE_NAMES, "Ada", "ada lovelace")):
        yield name, to_notebook(rights[number % len(rights)]).encode(), {"passed"}
    wrongs = wrong_solutions(lab)
    for number, wrong in enumerate(wrongs[:: len(wrongs) // 6][:6]):
        yield f"wrong-{number}", to_notebook(wrong.cells).encode(), {"failed"}
    yield "starter", to_notebook(lab.starter).encode(), {"not-attempted"}
    for name, content in _BROKEN.items():
        yield name, content, {"cannot-grade"}
    for attack in attacks():
        if attack.name in (*_ATTACKS, *_MORE_ATTACKS):
            source = attack.source.replace("@marker@", str(marker)).replace("@port@", "9")
            cells = [Cell("code", source.replace("@lab@", str(lab.folder)), 1)]
            yield attack.name, to_notebook(cells).encode(), set(attack.walls)
