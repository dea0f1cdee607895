"""Call sites: the places in an application from which it calls a model, as far as telemetry can tell them apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.audit.calls import Call
from grader.audit.evidence import Evidence, key_of

MOST_SITES = 60
"""Calls of further sites are put together in one: whatever tells them apart then names no place."""

_LONGEST = 60
# What stands between separators and has a digit or an @ in it is an id, or somebody's: no part of a place's name.
_OF_ONE_CALL = re.compile(r"[^\s/:?&=,;]*[@\d][^\s/:?&=,;]*")
_CODE = ("code.function.name", "code.function")


@dataclass(frozen=True, slots=True)
class Site:
    """One call site: whose it is, what recorded it, what it does, and where it stands, in words."""

    service: str
    scope: str
    operation: str
    place: str


def site_of(call: Call, evidence: Evidence) -> Site:
    """Return the site of a call.

    A site is a service, an instrumentation, an operation and a place. The place is, whichever is there first: the
    function (`code.function.name`), the prompt's name, the parent span's name, the model. Numbers and ids in a parent's
    name do not count, so that `GET /orders/17` and `GET /orders/18` are one place.
    """
    attributes = call.span.attributes
    service = str(call.span.resource.get("service.name", "")) or "(no service name)"
    operation = call.text("operation").lower() or "chat"
    return Site(service[:_LONGEST], call.span.scope[:_LONGEST], operation, _place(call, attributes, evidence))


def _place(call: Call, attributes: Mapping[str, object], evidence: Evidence) -> str:
    function = next((str(attributes[name]) for name in _CODE if attributes.get(name)), "")
    if function:
        return f"function {function[:_LONGEST]}"
    if call.text("prompt_name"):
        return f"prompt {call.text('prompt_name')[:_LONGEST]}"
    above = evidence.parent(call.span)
    if above and key_of(above) not in evidence.call_at:
        return f"below {_OF_ONE_CALL.sub('#', above.name[:_LONGEST])}"
    return (
        f"model {call.model[:_LONGEST]}" if call.model else f"span {_OF_ONE_CALL.sub('#', call.span.name[:_LONGEST])}"
    )


def by_site(evidence: Evidence) -> Mapping[Site, Sequence[Call]]:
    """Put the calls together by site, the site with most calls first."""
    found: dict[Site, list[Call]] = {}
    for call in evidence.calls:
        found.setdefault(site_of(call, evidence), []).append(call)
    ordered = sorted(found.items(), key=lambda pair: -len(pair[1]))
    kept = dict(ordered[:MOST_SITES])
    rest = [call for _, calls in ordered[MOST_SITES:] for call in calls]
    if rest:
        kept[Site("(many)", "", "chat", f"{len(ordered) - MOST_SITES} more places")] = rest
    return kept
