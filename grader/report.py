"""The report: what a grading found, in the shape of the public contract (JSON and JUnit)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree import ElementTree

VERDICTS = ("passed", "failed", "not-attempted", "timeout", "crashed", "tampered", "cannot-grade")
OUTCOMES = ("passed", "failed", "blocked")


@dataclass(frozen=True, slots=True)
class Result:
    """One check's outcome. `lesson` is a link, relative to the site, to the paragraph that teaches it."""

    id: str
    title: str
    outcome: str
    expected: str = ""
    got: str = ""
    where: str = ""
    likely: str = ""
    hint: str = ""
    lesson: str = ""
    blocked_by: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One grading: verdict, seed, real seconds, checks; `message` says what happened when no check could speak.

    `notes` are remarks that do not change the verdict; `skipped_lines` are notebook lines (`!`, `%`) that were not run.
    `practice` marks a verdict reached in the learner's own interpreter (the browser): it never counts.
    """

    lab: str
    verdict: str
    seed: int | None
    seconds: float
    checks: tuple[Result, ...] = ()
    message: str = ""
    notes: tuple[str, ...] = ()
    saved: str = ""
    skipped_lines: tuple[str, ...] = ()
    practice: bool = False

    @property
    def exit_code(self) -> int:
        """0 passed, 1 not passed, 3 could not be graded (2, wrong usage, never gets as far as a report)."""
        return {"passed": 0, "cannot-grade": 3}.get(self.verdict, 1)

    def to_json(self) -> str:
        """Return the report as JSON text."""
        return json.dumps(asdict(self) | {"seconds": round(self.seconds, 3)}, indent=2) + "\n"

    def to_junit(self) -> str:
        """Return the report as a JUnit XML text with one test case a check."""
        failed = sum(result.outcome == "failed" for result in self.checks)
        blocked = sum(result.outcome == "blocked" for result in self.checks)
        errors = 0 if self.verdict in ("passed", "failed") else 1
        counts = {"tests": len(self.checks) + errors, "failures": failed, "skipped": blocked, "errors": errors}
        suite = ElementTree.Element(
            "testsuite",
            {"name": f"lab {self.lab}", "time": f"{self.seconds:.3f}"} | {k: str(v) for k, v in counts.items()},
        )
        for result in self.checks:
            case = _case(suite, self.lab, result.id)
            if result.outcome == "failed":
                texts = (result.title, f"expected {result.expected}", f"got {result.got}", result.where, result.hint)
                failure = ElementTree.SubElement(case, "failure", {"message": _xml_safe(result.title)})
                failure.text = _xml_safe("\n".join(filter(None, texts)))
            elif result.outcome == "blocked":
                ElementTree.SubElement(case, "skipped", {"message": _xml_safe(f"blocked: {result.blocked_by}")})
        if errors:
            ElementTree.SubElement(_case(suite, self.lab, self.verdict), "error", {"message": _xml_safe(self.message)})
        return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, lab: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", {"classname": f"lab{lab}", "name": name})


def _xml_safe(text: str) -> str:
    """Drop what XML 1.0 cannot hold; a learner's span may be named anything."""
    return "".join(c for c in text if c in "\t\n\r" or (0x20 <= ord(c) <= 0xFFFD and not 0xD800 <= ord(c) <= 0xDFFF))


def from_json(text: str) -> Report:
    """Read a report back.

    Raises:
        ValueError: if the text is not a report.
    """
    try:
        entries: Mapping[str, Any] = json.loads(text)
        checks = tuple(Result(**entry) for entry in entries["checks"])
        lists = {key: tuple(entries[key]) for key in ("notes", "skipped_lines")}
        return Report(**(dict(entries) | lists | {"checks": checks}))
    except (TypeError, KeyError) as error:
        raise ValueError(f"This is not a report: {error}") from error
