"""The report: what a grading found, in the shape of the public contract (JSON and JUnit)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from xml.etree import ElementTree

from grader.span_tree import SpanTree, read_tree
from grader.xml_text import xml_safe

VERDICTS = ("passed", "failed", "not-attempted", "timeout", "crashed", "tampered", "cannot-grade")
OUTCOMES = ("passed", "failed", "blocked")
_SAID = dict(
    zip(
        VERDICTS,
        (
            "passed",
            "not passed yet",
            "not started",
            "stopped: out of time",
            "stopped: it did not run to its end",
            "stopped: the telemetry is not genuine",
            "could not be graded",
        ),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Result:
    """One check's outcome. `lesson` is a link, relative to the site, to the paragraph that teaches it.

    `request` is the id of the request in which it first went wrong; the first failed check that names one has also that
    request's `tree`.
    """

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
    request: str = ""
    tree: SpanTree | None = None

    def told(self, headings: Mapping[str, str]) -> dict[str, str]:
        """Return what a person is told of a failed check, by its word, in order; nothing of one that did not fail.

        `headings` has, by link, the words in which to name the paragraph that teaches a check.
        """
        if self.outcome != "failed":
            return {}
        words = {name: getattr(self, name) for name in ("expected", "got", "where", "likely", "hint")}
        return {word: text for word, text in (words | {"read": headings.get(self.lesson, "")}).items() if text}


@dataclass(frozen=True, slots=True)
class Report:
    """One grading: verdict, seed, real seconds, checks; `message` says what happened when no check could speak.

    `notes` are remarks that do not change the verdict; `skipped_lines` are notebook lines (`!`, `%`) that were not run.
    `protections` names what kept the notebook apart while it ran (namespaces, limits), as far as this machine has them.
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
    protections: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 passed, 1 not passed, 3 could not be graded (2, wrong usage, never gets as far as a report)."""
        return {"passed": 0, "cannot-grade": 3}.get(self.verdict, 1)

    @property
    def headline(self) -> str:
        """The verdict in words, with how many checks passed where they had their say."""
        passed = sum(result.outcome == "passed" for result in self.checks)
        count = f", {passed} of {len(self.checks)} checks" if self.verdict in ("passed", "failed") else ""
        return f"Lab {self.lab}: {_SAID[self.verdict]}{count}"

    @property
    def waiting(self) -> Mapping[str, int]:
        """How many checks wait, by the sentence of the check they wait for."""
        return Counter(result.blocked_by for result in self.checks if result.outcome == "blocked")

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
            {"name": xml_safe(f"lab {self.lab}"), "time": f"{self.seconds:.3f}"}
            | {k: str(v) for k, v in counts.items()},
        )
        for result in self.checks:
            case = _case(suite, self.lab, result.id)
            if result.outcome == "failed":
                texts = (result.title, f"expected {result.expected}", f"got {result.got}", result.where, result.hint)
                failure = ElementTree.SubElement(case, "failure", {"message": xml_safe(result.title)})
                failure.text = xml_safe("\n".join(filter(None, texts)))
            elif result.outcome == "blocked":
                ElementTree.SubElement(case, "skipped", {"message": xml_safe(f"blocked: {result.blocked_by}")})
        if errors:
            ElementTree.SubElement(_case(suite, self.lab, self.verdict), "error", {"message": xml_safe(self.message)})
        return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, lab: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", {"classname": xml_safe(f"lab{lab}"), "name": name})


def from_json(text: str) -> Report:
    """Read a report back; keys that this version does not know are passed over.

    Raises:
        ValueError: if the text is not a report.
    """
    try:
        entries: Mapping[str, Any] = json.loads(text)
        checks = tuple(
            Result(**(_known(Result, entry) | {"tree": read_tree(entry.get("tree"))})) for entry in entries["checks"]
        )
        lists = {key: tuple(entries.get(key, ())) for key in ("notes", "skipped_lines", "protections")}
        return Report(**(_known(Report, entries) | lists | {"checks": checks}))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"This is not a report: {error}") from error


def _known(kind: type[Report] | type[Result], entries: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in entries.items() if key in names}
