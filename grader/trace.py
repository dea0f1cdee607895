"""Spans as trees: who called whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.telemetry import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A span with its children in order of their start."""

    span: Span
    children: tuple[Node, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Span]]:
        """Yield this span and everything below it, parents first, with depths from 0."""
        yield depth, self.span
        for child in self.children:
            yield from child.walk(depth + 1)


def trees(spans: Iterable[Span]) -> tuple[Node, ...]:
    """Build the trees of all traces, in order of their start. A span whose parent is not there counts as a root."""
    ordered = sorted(spans, key=lambda span: (span.start_ns, span.end_ns))
    known = {(span.trace_id, span.span_id) for span in ordered}
    children: dict[tuple[str, str], list[Span]] = {}
    roots: list[Span] = []
    for span in ordered:
        parent = (span.trace_id, span.parent_id or "")
        if parent in known and span.parent_id != span.span_id:
            children.setdefault(parent, []).append(span)
        else:
            roots.append(span)
    return tuple(_node(root, children, frozenset()) for root in roots)


def _node(span: Span, children: dict[tuple[str, str], list[Span]], above: frozenset[str]) -> Node:
    # A span can claim one of its own descendants as parent; such a ring is cut where it closes.
    below = [c for c in children.get((span.trace_id, span.span_id), ()) if c.span_id not in above]
    return Node(span, tuple(_node(child, children, above | {span.span_id}) for child in below))
