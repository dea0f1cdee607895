"""Names that learners chose, made harmless for the place where they are to stand. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from grader.terminal import clean

_MOST_SHOWN = 80
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_FORMULA = ("=", "+", "-", "@", "|", "%")


def shown(name: str) -> str:
    """Return a name as a person may see it: what moves a cursor or turns the writing is spelled out."""
    name = clean(name)
    return name if len(name) <= _MOST_SHOWN else f"{name[: _MOST_SHOWN - 1]}…"


def is_plain(name: str) -> bool:
    """Tell whether a name may be a file's as it stands."""
    return bool(_PLAIN.fullmatch(name))


def file_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return for each name one that may be a file's on every system, no two alike, and for the same name the same."""
    folded = [name.casefold() for name in names]
    return tuple(name if is_plain(name) and folded.count(name.casefold()) == 1 else _made_plain(name) for name in names)


def _made_plain(name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    kept = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40]
    return f"{kept}-{digest}" if kept else digest


def csv_cell(value: object) -> str:
    """Return a value as the text of a cell that no spreadsheet takes for a formula."""
    text = clean(str(value))
    return f"'{text}" if text.lstrip().startswith(_FORMULA) and not isinstance(value, int | float) else text


def markdown(text: str) -> str:
    """Return a text that means itself in a table of GitHub's Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", clean(text)).replace("\\<", "&lt;").replace("\\&", "&amp;")
