"""A class's results for machines: CSV, JSON, JUnit, Markdown for GitHub Actions, Gradescope's results.json. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from grader.batch.kept import Kept
from grader.batch.names import csv_cell, markdown
from grader.batch.summary import CheckCount, Summary
from grader.report import Report, Result
from grader.terminal import clean
from grader.xml_text import xml_safe

_MOST_MARKDOWN_BYTES = 900_000  # GitHub takes 1 MiB a step
_BROKEN_OFF = "\n\nThe rest is left out: GitHub shows 1 MiB. It stands in summary.csv.\n"


def to_csv(summary: Summary) -> str:
    """Return one line a submission, one column a check; no cell begins with what a spreadsheet takes for a formula."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    several = len(summary.labs) > 1
    columns = [f"{check.lab}:{check.id}" if several else check.id for check in summary.checks]
    table.writerow(
        ["learner", "lab", "verdict", "passed", "checks", "seconds", "seed", "notebook", "message", *columns]
    )
    for kept in summary.results:
        report = kept.report
        outcomes = {(report.lab, result.id): result.outcome for result in report.checks}
        told = (kept.learner, report.lab, report.verdict, passed(report), len(report.checks), f"{report.seconds:.1f}")
        given = (*told, "" if report.seed is None else str(report.seed), report.saved, report.message)
        table.writerow([*map(csv_cell, given), *(outcomes.get((check.lab, check.id), "") for check in summary.checks)])
    return text.getvalue()


def to_json(summary: Summary) -> str:
    """Return the summary as JSON text."""
    entries = {
        "submissions": [_entry(kept) for kept in summary.results],
        "verdicts": dict(summary.verdicts),
        "checks": [asdict(check) | {"failure_rate": check.failure_rate} for check in summary.checks],
        "mistakes": [asdict(mistake) for mistake in summary.mistakes],
        "protections": [{"name": name, "submissions": number} for name, number in summary.protections],
    }
    return json.dumps(entries, indent=2) + "\n"


def _entry(kept: Kept) -> dict[str, Any]:
    report = kept.report
    named = {"learner": kept.learner, "lab": report.lab, "verdict": report.verdict, "seed": report.seed}
    counted = {"passed": passed(report), "checks": len(report.checks), "seconds": round(report.seconds, 3)}
    return named | counted | {"message": report.message, "result": f"results/{kept.name}.json"}


def passed(report: Report) -> int:
    """Return how many checks passed."""
    return sum(result.outcome == "passed" for result in report.checks)


def to_junit(summary: Summary) -> str:
    """Return one test suite a submission, one test case a check."""
    suites = ElementTree.Element("testsuites", {"name": "grade batch"})
    for kept in summary.results:
        suite = ElementTree.fromstring(kept.report.to_junit())
        suite.set("name", xml_safe(f"{kept.learner}, lab {kept.report.lab}"))
        for case in suite.iter("testcase"):
            case.set("classname", f"{case.get('classname')}.{kept.name}")
        suites.append(suite)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def to_markdown(summary: Summary) -> str:
    """Return what stands on the page of a GitHub Actions run."""
    lines = [f"## {markdown(summary.headline)}", ""]
    lines += [f"{number} {verdict}  " for verdict, number in summary.verdicts]
    lines += ["", "| check | failed | judged | blocked |", "|---|---:|---:|---:|"]
    lines += map(_check_line, summary.checks)
    lines += ["", "| learner | lab | verdict | checks | |", "|---|---|---|---:|---|"]
    for kept in summary.results:
        report = kept.report
        count = f"{passed(report)} of {len(report.checks)}"
        cells = (markdown(kept.learner), markdown(report.lab), report.verdict, count, markdown(report.message))
        lines.append(f"| {' | '.join(cells)} |")
    text = "\n".join(lines) + "\n"
    if len(text.encode()) <= _MOST_MARKDOWN_BYTES:
        return text
    return text.encode()[:_MOST_MARKDOWN_BYTES].decode(errors="ignore").rpartition("\n")[0] + _BROKEN_OFF


def _check_line(check: CheckCount) -> str:
    judged = check.passed + check.failed
    return f"| {markdown(f'{check.lab} {check.title}')} | {check.failed} | {judged} | {check.blocked} |"


def to_gradescope(report: Report) -> str:
    """Return a report in the shape that Gradescope documents for `results.json`: one point a check that passed.

    Source: gradescope-autograders.readthedocs.io/en/latest/specs, "Output format".
    """
    entries = {
        "score": passed(report),
        "execution_time": round(report.seconds, 3),
        "output": "\n".join(clean(line) for line in (report.headline, report.message) if line),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"verdict": report.verdict, "seed": str(report.seed), "protections": list(report.protections)},
        "tests": [_gradescope_test(number, result) for number, result in enumerate(report.checks, start=1)],
    }
    return json.dumps(entries, indent=2) + "\n"


def _gradescope_test(number: int, result: Result) -> dict[str, Any]:
    told = {
        "expected": result.expected,
        "got": result.got,
        "where": result.where,
        "likely": result.likely,
        "hint": result.hint,
        "waits for": result.blocked_by,
    }
    lines: Iterable[str] = (f"{word}: {clean(text)}" for word, text in told.items() if text)
    return {
        "score": 1 if result.outcome == "passed" else 0,
        "max_score": 1,
        "name": clean(result.title),
        "number": str(number),
        "output": "\n".join(lines),
        "visibility": "visible",
        "extra_data": {"id": result.id, "outcome": result.outcome},
    }
