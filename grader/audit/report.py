"""What an audit found: sites, signals, findings, a score; and its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.audit.lessons import Lesson
from grader.audit.signals import Share
from grader.audit.sites import Site

SCHEMA = 1
"""The version of the JSON. Keys may be added without a new one; none is renamed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: a mistake, or a signal that is not there.

    `points` is what fixing it adds to the score, `calls` of `of` calls have it (both 0: the application as a whole),
    `details` says what exactly, and how often; `example` is the trace id and span id of one call.
    """

    id: str
    title: str
    severity: str
    points: float
    calls: int
    of: int
    fix: str
    lesson: Lesson
    details: Mapping[str, int]
    example: tuple[str, str] | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "id": self.id,
            "title": self.title,
            "severity": self.severity,
            "points": round(self.points, 2),
            "calls": self.calls,
            "of": self.of,
            "fix": self.fix,
            "lesson": {"number": self.lesson.number, "words": self.lesson.words, "link": self.lesson.link},
            "details": dict(self.details),
            "example": {"trace_id": self.example[0], "span_id": self.example[1]} if self.example else None,
        }


@dataclass(frozen=True, slots=True)
class SiteReport:
    """One call site. `generations` counts calls by what conventions they speak, joined with " + "."""

    site: Site
    models: tuple[str, ...]
    calls: int
    failed: int
    streams: int
    score: float
    signals: tuple[Share, ...]
    generations: Mapping[str, int]
    findings: tuple[Finding, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "service": self.site.service,
            "scope": self.site.scope,
            "operation": self.site.operation,
            "place": self.site.place,
            "models": list(self.models),
            "calls": self.calls,
            "failed": self.failed,
            "streams": self.streams,
            "score": whole(self.score),
            "signals": signals_plain(self.signals),
            "generations": dict(self.generations),
            "findings": [finding.to_plain() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class AuditReport:
    """One audit: the sum over all sites first, then each site. Findings come most valuable first."""

    score: float
    spans: int
    logs: int
    metrics: int
    calls: int
    signals: tuple[Share, ...]
    generations: Mapping[str, int]
    findings: tuple[Finding, ...]
    sites: tuple[SiteReport, ...]

    @property
    def serious(self) -> int:
        """How many findings are serious."""
        return sum(finding.severity == "serious" for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """0 nothing serious, 1 something serious, 3 no call to a model was there to look at."""
        return 3 if not self.calls else min(1, self.serious)

    def to_json(self) -> str:
        """Return the report as JSON text; it holds no prompt, no answer and no personal value."""
        plain = {
            "schema": SCHEMA,
            "score": whole(self.score),
            "spans": self.spans,
            "logs": self.logs,
            "metrics": self.metrics,
            "calls": self.calls,
            "signals": signals_plain(self.signals),
            "generations": dict(self.generations),
            "findings": [finding.to_plain() for finding in self.findings],
            "sites": [site.to_plain() for site in self.sites],
        }
        return json.dumps(plain, indent=2) + "\n"


def whole(score: float) -> int:
    """Return a score as it is shown: rounded down, so that 100 means that nothing is missing."""
    return int(score + 1e-9)


def signals_plain(shares: tuple[Share, ...]) -> dict[str, dict[str, int]]:
    """Return by signal in how many calls it is, of those to which it applies."""
    return {share.signal.id: {"have": share.have, "of": share.of} for share in shares}
