"""The score of a call site, and what each finding costs it.

A site's score goes from 0 to 100. First the signals: each counts by its weight (prompt version 15, response 10, tokens
20, cost 15, length of the span 10, time to first token 10, quality 20) times the share of the calls that have it, of
those to which it applies. A signal that applies to no call (time to first token without streams) does not count, and
the rest is scaled to 100. For quality a tenth of the answers counts as all. Then each mistake takes its weight times
the share of the calls that make it, rounded up to a whole point. The score in sum weighs each site's by its calls; a
mistake that is no single call's takes its whole weight there. No score is below 0.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from grader.audit.calls import Call
from grader.audit.evidence import Key, key_of
from grader.audit.mistake import Found, Mistake
from grader.audit.report import Finding
from grader.audit.signals import Share

_LONGEST = 240

ENOUGH = 0.5
"""A signal that fewer than this share of the calls has is missing seriously."""


def score_of(findings: Iterable[Finding]) -> float:
    """Return what is left of 100."""
    return max(0.0, 100.0 - sum(finding.points for finding in findings))


def findings_of(
    calls: Sequence[Call], shares: Sequence[Share], found: Mapping[str, Sequence[Found]], mistakes: Sequence[Mistake]
) -> tuple[Finding, ...]:
    """Return what one site's calls have to put right, most valuable first.

    Args:
        calls: the site's.
        shares: its signals.
        found: by mistake's id, where it was found in these calls.
        mistakes: all kinds.
    """
    weights = sum(share.signal.weight for share in shares if share.of)
    missing: dict[str, dict[Key, None]] = {share.signal.id: dict.fromkeys(_keys(share.without)) for share in shares}
    worth = {share.signal.id: _worth(share, weights) for share in shares}
    findings = []
    for mistake in mistakes:
        here = found.get(mistake.id, ())
        if here:
            findings.append(_of_mistake(mistake, here, len(calls), missing.get(mistake.explains, {}), worth))
    for share in shares:
        left = missing[share.signal.id]
        if left and worth[share.signal.id] > 0:  # where a sample is large enough, the others are worth nothing
            findings.append(_of_signal(share, left, worth[share.signal.id]))
    return ordered(findings)


def _keys(calls: Iterable[Call]) -> list[Key]:
    return [key_of(call.span) for call in calls]


def _worth(share: Share, weights: int) -> float:
    """Return the points that each call without the signal costs."""
    return 100 * share.signal.weight / weights * (1 - share.part) / len(share.without) if share.without else 0.0


def _of_mistake(
    mistake: Mistake, here: Sequence[Found], of: int, missing: dict[Key, None], worth: Mapping[str, float]
) -> Finding:
    """Make a finding of a mistake; the calls where it explains why a signal is missing are taken from `missing`."""
    spans = {key_of(place.call.span): place.call.span for place in here if place.call}
    explained = [key for key in spans if key in missing]
    for key in explained:
        del missing[key]
    rest = len(spans) - len(explained)
    taken = math.ceil(mistake.weight * rest / of - 1e-9) if rest else 0
    points = worth.get(mistake.explains, 0.0) * len(explained) + taken
    return finding_of(mistake, here, points, len(spans), of)


def finding_of(mistake: Mistake, here: Sequence[Found], points: float, calls: int, of: int) -> Finding:
    """Make a finding of a mistake, with what was said about it, the commonest first."""
    said = Counter(place.said[:_LONGEST] for place in here if place.said)
    example = next((key_of(place.call.span) for place in here if place.call), None)
    words = (mistake.id, mistake.title, mistake.severity)
    return Finding(*words, points, calls, of, mistake.fix, mistake.lesson, dict(said.most_common()), example)


def _of_signal(share: Share, missing: Mapping[Key, None], worth: float) -> Finding:
    severity = "serious" if share.have < ENOUGH * share.of * share.signal.enough else "worth fixing"
    signal = share.signal
    name = f"missing-{signal.id}"
    example = next(iter(missing))
    points = worth * len(missing)
    return Finding(name, signal.title, severity, points, len(missing), share.of, signal.fix, signal.lesson, {}, example)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings by what fixing them is worth."""
    return tuple(sorted(findings, key=lambda finding: (-finding.points, finding.id)))
