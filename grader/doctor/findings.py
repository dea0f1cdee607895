"""What `grade doctor` found: one line each, with the fix. Pure."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

OK, FIX, NOTE = "ok", "fix", "note"
_SIGNS = {OK: ("✓", "green"), FIX: ("✗", "red"), NOTE: ("·", "dim")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: a name for machines, its outcome (ok, fix, note), a sentence, and what to type."""

    name: str
    outcome: str
    what: str
    fix: str = ""


def as_lines(findings: Iterable[Finding], columns: int = 80) -> Iterator[tuple[str, str]]:
    """Return lines with their style for the terminal."""
    for finding in findings:
        sign, style = _SIGNS[finding.outcome]
        yield from ((line, style) for line in _wrapped(f"{sign} ", finding.what, columns))
        if finding.fix:
            yield from ((line, "") for line in _wrapped("    ", finding.fix, columns))


def _wrapped(begin: str, text: str, columns: int) -> list[str]:
    blank = " " * len(begin)
    return textwrap.wrap(text, columns, initial_indent=begin, subsequent_indent=blank, break_on_hyphens=False)


def is_fine(findings: Iterable[Finding]) -> bool:
    """Tell whether there is nothing to fix."""
    return all(finding.outcome != FIX for finding in findings)


def as_json(findings: Iterable[Finding]) -> str:
    """Return the findings as JSON text."""
    findings = tuple(findings)
    table = {"fine": is_fine(findings), "findings": [asdict(finding) for finding in findings]}
    return json.dumps(table, indent=2) + "\n"
