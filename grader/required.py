"""What a lab requires of one request's spans, laid beside those that were emitted. Pure.

A lab's `required_tree(evidence, request_id)` returns its root nodes. Every right way stays right here too: further
spans above, between and beside the required ones are shown and not blamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.evidence import TOLERANCE_NS, Evidence
from grader.span_tree import Fact, Row, SpanTree, Stretch, seconds
from grader.telemetry import Span
from grader.trace import trees
from grader.wanted import Wanted, cut, said

_MOST_ROWS, _MOST_FACTS, _LONGEST_NAME = 60, 40, 120


@dataclass(frozen=True, slots=True, eq=False)  # each node is itself, also beside one of the same values
class Required:
    """One span that must be there.

    `label` is what to call it, times are Unix nanoseconds, `spans` those emitted that stand for it: none if it is
    missing; all after the first are too many. `facts` are wanted of it. `children` must hang below it, at any depth.
    """

    label: str
    start_ns: int
    end_ns: int
    spans: tuple[Span, ...] = ()
    facts: tuple[Wanted, ...] = ()
    children: tuple[Required, ...] = ()


MakeTree = Callable[[Evidence, str], Sequence[Required]]
"""Returns what a lab requires of one request, by its id."""


def span_tree(make: MakeTree, evidence: Evidence, request: str) -> SpanTree | None:
    """Lay what a lab requires of a request beside what was emitted; None if the two do not differ."""
    roots = make(evidence, request)
    if not roots:
        return None
    rows = lay(roots, evidence.telemetry.spans, evidence.stray_spans, evidence.tolerance_ns)
    if all(row.mark in ("right", "yours") for row in rows):
        return None
    # A flood of spans must not make a flood of a report; what is required is never left out.
    spare = max(_MOST_ROWS - sum(row.required is not None for row in rows), 0)
    others = [row for row in rows if row.required is None]
    dropped = set(map(id, others[spare:]))
    return SpanTree(request, tuple(row for row in rows if id(row) not in dropped), len(dropped))


def lay(
    roots: Sequence[Required], emitted: Iterable[Span], stray: Iterable[Span] = (), tolerance_ns: int = TOLERANCE_NS
) -> tuple[Row, ...]:
    """Return the rows of a request, parents first.

    Args:
        roots: what is required; at least one node.
        emitted: all spans of the run; shown are those of this request.
        stray: spans that must not be there and belong to no node.
        tolerance_ns: how far a time may lie from the required one, in nanoseconds.
    """
    above = dict(_walk(roots))
    zero_ns, last_ns = min(node.start_ns for node in above), max(node.end_ns for node in above)
    standing = _standing(above)
    node_of = {id(span): node for node, span in standing.items()}
    matched = [span for node in above for span in node.spans]
    too_many = {id(span) for span in (*matched, *stray)} - node_of.keys()
    shown = _of_request(matched, emitted, (zero_ns, last_ns))
    index = _index(shown)
    absent = [span for node, span in standing.items() if not _is_emitted(node, span)]
    rows = []
    for depth, span in (pair for root in trees([*shown, *absent]) for pair in root.walk()):
        node = node_of.get(id(span))
        stretch = (span.start_ns - zero_ns, span.end_ns - zero_ns)
        if node is None:
            mark = "extra" if id(span) in too_many else "yours"
            rows.append(Row(mark, depth, "", _name(span), emitted=stretch, facts=_facts(span, ())))
            continue
        required = (node.start_ns - zero_ns, node.end_ns - zero_ns)
        if not _is_emitted(node, span):
            rows.append(Row("missing", depth, node.label, required=required))
            continue
        facts = _facts(span, (*_times(required, stretch, tolerance_ns), *_place(span, above[node], index)), node.facts)
        mark = "right" if all(fact.holds for fact in facts) else "wrong"
        rows.append(Row(mark, depth, node.label, _name(span), required, stretch, facts))
    return tuple(rows)


def _walk(nodes: Sequence[Required], parent: Required | None = None) -> Iterator[tuple[Required, Required | None]]:
    for node in nodes:
        yield node, parent
        yield from _walk(node.children, node)


def _standing(above: Mapping[Required, Required | None]) -> dict[Required, Span]:
    """Return the span in each node's place: the one emitted for it, or one that holds the place of what is missing."""
    standing: dict[Required, Span] = {}
    taken: set[int] = set()
    beside = next((node.spans[0] for node, parent in above.items() if parent is None and node.spans), None)
    for number, (node, parent) in enumerate(above.items()):
        if node.spans and id(node.spans[0]) not in taken:
            standing[node] = node.spans[0]
            taken.add(id(node.spans[0]))
            continue
        over = standing[parent] if parent else None
        trace_id = over.trace_id if over else beside.trace_id if beside else ""
        parent_id = over.span_id if over else beside.parent_id if beside else None
        standing[node] = Span(trace_id, f"required {number}", parent_id, node.label, "", node.start_ns, node.end_ns)
    return standing


def _is_emitted(node: Required, span: Span) -> bool:
    return any(span is emitted for emitted in node.spans)


def _index(spans: Iterable[Span]) -> dict[tuple[str, str], Span]:
    index: dict[tuple[str, str], Span] = {}
    for span in spans:
        index.setdefault((span.trace_id, span.span_id), span)
    return index


def _above(span: Span, index: Mapping[tuple[str, str], Span]) -> Iterator[Span]:
    """Yield the spans over this one, its parent first; a ring of parents is walked once."""
    seen = {id(span)}
    at = index.get((span.trace_id, span.parent_id or ""))
    while at is not None and id(at) not in seen:
        yield at
        seen.add(id(at))
        at = index.get((at.trace_id, at.parent_id or ""))


def _of_request(matched: Sequence[Span], emitted: Iterable[Span], window_ns: Stretch) -> list[Span]:
    """Return the spans to show: those matched, those over them, and others of their traces from the same time."""
    traces = {span.trace_id for span in matched}
    near = [span for span in emitted if span.trace_id in traces]
    index = _index(near)
    found = {id(span): span for span in matched}
    found |= {id(over): over for span in matched for over in _above(span, index)}
    begin_ns, end_ns = window_ns
    found |= {id(span): span for span in near if begin_ns <= span.start_ns and span.end_ns <= end_ns}
    return list(found.values())


def _times(required: Stretch, emitted: Stretch, tolerance_ns: int) -> Iterator[Fact]:
    for name, wanted_ns, found_ns in zip(("start", "end"), required, emitted, strict=True):
        yield Fact(name, seconds(wanted_ns), seconds(found_ns), abs(wanted_ns - found_ns) <= tolerance_ns)


def _place(span: Span, parent: Required | None, index: Mapping[tuple[str, str], Span]) -> Iterator[Fact]:
    """Say whether a span hangs below its required parent, if that one is there; spans between the two do no harm."""
    if parent and parent.spans:
        over = list(_above(span, index))
        got = f"below {_name(over[0])}" if over else "a root of its own"
        yield Fact("parent", f"below {parent.label}", got, any(found is parent.spans[0] for found in over))


def _facts(span: Span, known: Iterable[Fact], wanted: Iterable[Wanted] = ()) -> tuple[Fact, ...]:
    """Return what is known of a span, what is wanted of it, and the rest of its attributes."""
    facts = [*known, *(Fact(fact.name, cut(fact.expected), fact.got(span), fact.holds(span)) for fact in wanted)]
    told = {fact.name for fact in facts}
    rest = [Fact(cut(key, _LONGEST_NAME), "", said(value)) for key, value in span.attributes.items() if key not in told]
    return (*facts, *rest[:_MOST_FACTS])


def _name(span: Span) -> str:
    return cut(span.name, _LONGEST_NAME) or "(no name)"
