"""Reads a docstring as this project writes them: text, then `Args:`, `Returns:` and `Raises:` (Google's form)."""

import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"(Args|Returns|Raises|Yields):")
_ENTRY = re.compile(r"(\S[^:]*): (.*)")


@dataclass(frozen=True, slots=True)
class Doc:
    """A docstring in parts: paragraphs of its text, and what the sections say by name."""

    paragraphs: tuple[str, ...] = ()
    arguments: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    raises: dict[str, str] = field(default_factory=dict)


def read(text: str | None) -> Doc:
    """Return a docstring's parts; of one that is missing, none."""
    parts: dict[str, list[str]] = {"": []}
    section = ""
    for line in inspect.cleandoc(text or "").splitlines():
        if found := _SECTION.fullmatch(line):
            section = found[1]
            parts[section] = []
        else:
            parts[section].append(line)
    return Doc(
        paragraphs=tuple(block for block in re.split(r"\n\s*\n", "\n".join(parts[""]).strip("\n")) if block),
        arguments=_entries(parts.get("Args", [])),
        returns=" ".join(line.strip() for line in [*parts.get("Returns", []), *parts.get("Yields", [])]).strip(),
        raises=_entries(parts.get("Raises", [])),
    )


def of(thing: object) -> Doc:
    """Return the parts of a thing's own docstring: one that a class inherits is not its own."""
    return read(getattr(thing, "__doc__", None))


def _entries(lines: list[str]) -> dict[str, str]:
    """Return what a section says of each name; a line that is indented further goes on with the one before."""
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(["", *lines])).splitlines():
        entry = _ENTRY.match(line)
        if entry:
            name = entry[1]
            found[name] = entry[2]
        elif name:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found
