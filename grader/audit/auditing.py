"""The audit itself, pure: telemetry in, report out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grader.audit.calls import Call
from grader.audit.dialects import all_dialects
from grader.audit.evidence import Evidence, Key, collect, key_of
from grader.audit.mistake import SEVERITIES, Found
from grader.audit.mistakes import all_mistakes
from grader.audit.report import AuditReport, Finding, SiteReport
from grader.audit.score import finding_of, findings_of, ordered, score_of
from grader.audit.signals import shares
from grader.audit.sites import Site, by_site
from grader.telemetry import Telemetry

MOST_DETAILS = 40
"""So many details of one finding are kept; the rest is counted."""


def audit(telemetry: Telemetry) -> AuditReport:
    """Say which signals are there, in which names, and what is likely wrong, per call site and in sum."""
    evidence = collect(telemetry)
    sites = by_site(evidence)
    at: dict[Key, Site] = {key_of(call.span): site for site, calls in sites.items() for call in calls}
    found: dict[Site | None, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    for mistake in all_mistakes():
        for place in mistake.find(evidence):
            found[at[key_of(place.call.span)] if place.call else None][mistake.id].append(place)
    reports = tuple(_site(site, calls, evidence, found[site]) for site, calls in sites.items())
    of_all = [
        finding_of(mistake, here, mistake.weight, 0, 0)
        for mistake in all_mistakes()
        if (here := found[None][mistake.id]) and evidence.calls
    ]
    number = len(evidence.calls)
    counted = shares(evidence.calls, evidence)
    applies = {share.signal.id: share.of for share in counted}
    merged = ordered(
        # A site's finding is of its own calls; in sum it is of all, or of all to which the signal applies.
        replace(finding, of=applies.get(finding.id.removeprefix("missing-"), number) if finding.of else 0)
        for finding in _merge(_weighed(reports, number), of_all)
    )
    average = sum(report.score * report.calls for report in reports) / number if number else 0.0
    return AuditReport(
        score=max(0.0, average - sum(finding.points for finding in of_all)),
        spans=len(telemetry.spans),
        logs=len(telemetry.logs),
        metrics=len(telemetry.metrics),
        calls=number,
        signals=counted,
        generations=_generations(evidence.calls),
        findings=merged,
        sites=tuple(replace(report, findings=tuple(map(_shortened, report.findings))) for report in reports),
    )


def _site(site: Site, calls: Sequence[Call], evidence: Evidence, found: Mapping[str, Sequence[Found]]) -> SiteReport:
    counted = shares(calls, evidence)
    findings = findings_of(calls, counted, found, all_mistakes())
    return SiteReport(
        site=site,
        models=tuple(sorted({call.model[:80] for call in calls if call.model})[:20]),
        calls=len(calls),
        failed=sum(call.failed for call in calls),
        streams=sum(call.streamed for call in calls),
        score=score_of(findings),
        signals=counted,
        generations=_generations(calls),
        findings=findings,
    )


def _generations(calls: Iterable[Call]) -> Mapping[str, int]:
    titles = {dialect.id: dialect.title for dialect in all_dialects()}
    return dict(Counter(" + ".join(titles[name] for name in call.dialects) for call in calls).most_common())


def _weighed(reports: Iterable[SiteReport], number: int) -> Iterable[Finding]:
    """Yield the sites' findings with what they are worth in sum."""
    for report in reports:
        for finding in report.findings:
            yield replace(finding, points=finding.points * report.calls / number)


def _merge(findings: Iterable[Finding], of_all: Iterable[Finding]) -> list[Finding]:
    """Put findings of one kind together."""
    merged: dict[str, Finding] = {}
    for finding in (*findings, *of_all):
        known = merged.get(finding.id)
        if known:
            finding = replace(
                known,
                severity=min(known.severity, finding.severity, key=SEVERITIES.index),
                points=known.points + finding.points,
                calls=known.calls + finding.calls,
                of=max(known.of, finding.of),
                details=dict((Counter(known.details) + Counter(finding.details)).most_common()),
                example=known.example or finding.example,
            )
        merged[finding.id] = finding
    return [_shortened(finding) for finding in merged.values()]


def _shortened(finding: Finding) -> Finding:
    if len(finding.details) <= MOST_DETAILS:
        return finding
    kept = dict(list(finding.details.items())[:MOST_DETAILS])
    rest = sum(finding.details.values()) - sum(kept.values())
    return replace(finding, details={**kept, f"{len(finding.details) - MOST_DETAILS} more": rest})
