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
        waiting = [(depth, self)]
        while waiting:  # a loop: a trace may be deeper than Python's stack
            at, node = waiting.pop()
            yield at, node.span
            waiting += [(at + 1, child) for child in reversed(node.children)]


def trees(spans: Iterable[Span]) -> tuple[Node, ...]:
    """Build the trees of all traces, in order of their start.

    A span whose parent is not there counts as a root. Of spans that are each other's parents, the first counts as one,
    and of spans with the same id, the first has the children.
    """
    ordered = sorted(spans, key=lambda span: (span.start_ns, span.end_ns))
    first: dict[tuple[str, str], int] = {}
    for number, span in enumerate(ordered):
        first.setdefault((span.trace_id, span.span_id), number)
    parents = [first.get((span.trace_id, span.parent_id or "")) for span in ordered]
    children: dict[int | None, list[int]] = {}
    for number, parent in enumerate(parents):
        children.setdefault(parent, []).append(number)
    placed: set[int] = set()
    roots = [_tree(n, ordered, children, placed) for n in children.get(None, ())]
    # What is left hangs on a ring of parents: it is cut at its earliest span.
    roots += [_tree(_ring(n, parents), ordered, children, placed) for n in range(len(ordered)) if n not in placed]
    return tuple(sorted(roots, key=lambda root: (root.span.start_ns, root.span.end_ns)))


def _ring(number: int, parents: list[int | None]) -> int:
    """Return the first span of the ring to which the parents of this one lead."""
    way: dict[int, None] = {}
    at: int | None = number
    while at is not None and at not in way:
        way[at] = None
        at = parents[at]
    passed = list(way)
    return min(passed[passed.index(at) :]) if at is not None else number


def _tree(root: int, spans: list[Span], children: dict[int | None, list[int]], placed: set[int]) -> Node:
    placed.add(root)
    order = [root]
    below: dict[int, list[int]] = {}
    for number in order:  # grows while it is walked
        below[number] = [child for child in children.get(number, ()) if child not in placed]
        placed.update(below[number])
        order += below[number]
    nodes: dict[int, Node] = {}
    for number in reversed(order):
        nodes[number] = Node(spans[number], tuple(nodes[child] for child in below[number]))
    return nodes[root]
