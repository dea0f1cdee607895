"""What a generation of conventions is: names for the neutral facts of a call, and what to rename to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.telemetry import Span


def nothing_more(span: Span) -> Mapping[str, Any]:
    """Say that a generation has no fact that no single attribute carries."""
    return {}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One generation of conventions.

    `reads` has, for each neutral fact of a call, the attributes that carry it, best first. An `N` in a name stands for
    a number between dots (`llm.input_messages.N.message.content`). `own` are names, and `own_prefixes` beginnings of
    names, that only this generation has: they tell that it was spoken. `renames` says what its names are today; ""
    means that there is none, and `advice` then says what to do. `facts` finds what no single attribute carries. `rank`
    orders generations: where two of them carry one fact, the lower rank is believed.
    """

    id: str
    title: str
    rank: int
    reads: Mapping[str, tuple[str, ...]]
    own: frozenset[str] = frozenset()
    own_prefixes: tuple[str, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    facts: Callable[[Span], Mapping[str, Any]] = nothing_more
