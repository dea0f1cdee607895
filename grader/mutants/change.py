"""A change of one thing that was emitted, and the mutants it makes: everywhere at once, and in one place alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from grader.telemetry import Telemetry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mutant:
    """Telemetry with one change: `part` says of what, `words` how it changed, `where` on which of the items.

    `alone` tells that it changed one of them only, which is harder to notice.
    """

    part: str
    words: str
    where: str
    alone: bool
    telemetry: Telemetry

    @property
    def name(self) -> str:
        """Say what was done, for a person."""
        return f"{self.part} {self.words}, {self.where}"


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One way to change an item: a span, a log record, a point of a metric.

    `make` gets the item and the others, those that came next first, and returns what stands in its place: nothing, it
    changed, or it twice. An item to which the change does not apply comes back as it is.
    """

    part: str
    words: str
    make: Callable[[T, Sequence[T]], Sequence[T]]


def everywhere(change: Change[T], items: Sequence[T]) -> tuple[T, ...]:
    """Apply a change to all items."""
    return tuple(new for n, item in enumerate(items) for new in change.make(item, _others(items, n)))


def in_one_place(change: Change[T], items: Sequence[T], place: int) -> tuple[T, ...]:
    """Apply a change to the item at this place only."""
    return (*items[:place], *change.make(items[place], _others(items, place)), *items[place + 1 :])


def _others(items: Sequence[T], place: int) -> Sequence[T]:
    return (*items[place + 1 :], *items[:place])


def one_of_each(items: Iterable[T], shape: Callable[[T], Hashable]) -> list[int]:
    """Return the places of one item of each shape, the middle one in their order."""
    places: dict[Hashable, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(shape(item), []).append(place)
    return sorted(alike[len(alike) // 2] for alike in places.values())


def applied(
    changes: Iterable[Change[T]],
    items: Sequence[T],
    places: Iterable[int],
    call_it: Callable[[int], str],
    all_of_them: str,
    put: Callable[[tuple[T, ...]], Telemetry],
) -> Iterator[Mutant]:
    """Yield the mutants that these changes make, of all items and of those at `places`; what changed nothing is none.

    `call_it` names the item at a place, `all_of_them` names all, `put` puts the changed items into the telemetry.
    """
    places = tuple(places)
    for change in changes:
        made = [(all_of_them, False, everywhere(change, items))]
        made += [(call_it(place), True, in_one_place(change, items, place)) for place in places]
        for where, alone, new in made:
            if not _same(new, tuple(items)):
                yield Mutant(change.part, change.words, where, alone, put(new))


def _same(new: tuple[T, ...], old: tuple[T, ...]) -> bool:
    return new == old and repr(new) == repr(old)  # to ==, 1 and 1.0 are the same; to a check they are not
