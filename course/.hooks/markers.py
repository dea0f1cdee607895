"""Fills in what a page leaves open: numbers before Markdown is rendered, figures after.

A page writes `{{ run.attempts }}` for a number, `<!-- output: name -->` for what an example prints, and
`<!-- figure: name -->` for a drawing. The example is the code fence that follows `<!-- example: name -->`.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

Source = Callable[[], str]
_T = TypeVar("_T")

_NUMBER = re.compile(r"\{\{\s*([a-z][\w.]*)\s*\}\}")
_OUTPUT = re.compile(r"^<!-- output: ([\w-]+) -->$", re.MULTILINE)
_FIGURE = re.compile(r"(?:<p>)?<!-- figure: ([\w-]+) -->(?:</p>)?")
_EXAMPLE = re.compile(r"^<!-- example: ([\w-]+) -->\n+```python[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class MarkerError(Exception):
    """A page asks for something that nobody makes; the message names it and what there is."""


def examples(markdown: str) -> dict[str, str]:
    """Return the code of each named example of a page."""
    return {match[1]: match[2] for match in _EXAMPLE.finditer(markdown)}


def fill_text(markdown: str, numbers: Mapping[str, str], outputs: Mapping[str, Source]) -> str:
    """Put numbers and outputs into a page's Markdown; an output becomes a text fence."""
    filled = _NUMBER.sub(lambda match: _get("number", match[1], numbers), markdown)
    return _OUTPUT.sub(lambda match: _fence(_get("output", match[1], outputs)()), filled)


def fill_figures(html: str, figures: Mapping[str, Source]) -> str:
    """Put figures into a rendered page."""
    return _FIGURE.sub(lambda match: _get("figure", match[1], figures)(), html)


def _fence(text: str) -> str:
    return f"```text {{ .output .no-copy }}\n{text.rstrip()}\n```"


def _get(kind: str, name: str, known: Mapping[str, _T]) -> _T:
    if name not in known:
        raise MarkerError(f"no {kind} is called {name!r}; there are {', '.join(sorted(known)) or 'none'}")
    return known[name]
