"""The attacks beside this file: what each says of itself, and its notebook."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("attacks")


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `plain` and `walls` are the verdicts it may get; `plain` is empty where it is not tried."""

    name: str
    title: str
    stopped_by: str
    plain: frozenset[str]
    not_tried: str
    walls: frozenset[str]
    source: str


def attacks() -> tuple[Attack, ...]:
    """Read all attacks, in order of their names."""
    return tuple(_read(file) for file in sorted(FOLDER.glob("*.py")))


def _read(file: Path) -> Attack:
    source = file.read_text(encoding="utf-8")
    title, _, rest = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")
    said = dict(re.findall(r"^(Stopped|Plain|Walls): (.*(?:\n(?!(?:Plain|Walls): ).+)*)", rest, flags=re.MULTILINE))
    not_tried = said["Plain"].removeprefix("not tried, ") if said["Plain"].startswith("not tried, ") else ""
    plain = frozenset() if not_tried else frozenset(said["Plain"].split(", "))
    walls = frozenset(said["Walls"].split(", "))
    return Attack(file.stem, title, " ".join(said["Stopped"].split()), plain, not_tried, walls, source)
