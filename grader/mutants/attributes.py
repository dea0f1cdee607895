"""Changes of attributes, the same for spans, log records and points of metrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from grader.conventions import NAMES
from grader.mutants.change import Change
from grader.mutants.values import wrong_values

T = TypeVar("T")
Attributes = Mapping[str, Any]
Read = Callable[[T], Attributes]
Write = Callable[[T, Attributes], T]
Edit = Callable[[Attributes, Iterable[Attributes]], Attributes]

_NOWHERE = "app.unheard_of"


def attribute_changes(items: Sequence[T], read: Read[T], write: Write[T], prefix: str) -> Iterator[Change[T]]:
    """Yield every change of every attribute that occurs on these items; parts are called `prefix` and the name.

    `read` and `write` get and set the attributes of an item.
    """
    names = sorted({name for item in items for name in read(item)})

    def change(name: str, words: str, edit: Edit) -> Change[T]:
        def make(item: T, others: Sequence[T]) -> Sequence[T]:
            return (write(item, edit(read(item), map(read, others))),)

        return Change(f"{prefix} {name}", words, make)

    siblings = _siblings(names, items, read)
    for name in names:
        yield change(name, "dropped", _without(name))
        yield change(name, f"renamed to {_older(name)}", _renamed(name, _older(name)))
        yield change(name, f"renamed to {_NOWHERE}", _renamed(name, _NOWHERE))
        yield change(name, "taken from another", _from_another(name))
        yield change(name, "set where it was not", _added(name))
        kinds = {words for item in items if name in read(item) for words, _ in wrong_values(read(item)[name])}
        for words in sorted(kinds):
            yield change(name, words, _wrong(name, words))
        sibling = siblings.get(name, "")
        if sibling and not (sibling < name and siblings[sibling] == name):  # each pair once
            yield change(name, f"swapped with {sibling}", _swapped(name, sibling))


def _older(name: str) -> str:
    """Return a name that an older or another convention has for this, or might have."""
    rejected = NAMES[name].rejected if name in NAMES else ()
    return rejected[0] if rejected else name.replace(".", "_")


def _siblings(names: Iterable[str], items: Iterable[T], read: Read[T]) -> dict[str, str]:
    """Return for each attribute that of the same type whose name shares most words with it, if there is one."""
    types: dict[str, set[type]] = {}
    for item in items:
        for key, value in read(item).items():
            types.setdefault(key, set()).add(type(value))
    of_one_type = {name: [n for n in names if n != name and types[n] == types[name]] for name in names}
    return {name: max(others, key=partial(_alike, name)) for name, others in of_one_type.items() if others}


def _alike(one: str, other: str) -> int:
    return len(set(re.split("[._]", one)) & set(re.split("[._]", other)))


def _without(name: str) -> Edit:
    return lambda own, _: {key: value for key, value in own.items() if key != name}


def _renamed(name: str, new: str) -> Edit:
    return lambda own, _: {new if key == name else key: value for key, value in own.items()}


def _wrong(name: str, words: str) -> Edit:
    def edit(own: Attributes, _: Iterable[Attributes]) -> Attributes:
        wrong = dict(wrong_values(own[name])) if name in own else {}
        return {**own, name: wrong[words]} if words in wrong else own

    return edit


def _from_another(name: str) -> Edit:
    def edit(own: Attributes, others: Iterable[Attributes]) -> Attributes:
        if name not in own:
            return own
        value = next((other[name] for other in others if name in other and other[name] != own[name]), own[name])
        return {**own, name: value}

    return edit


def _added(name: str) -> Edit:
    def edit(own: Attributes, others: Iterable[Attributes]) -> Attributes:
        if name in own:
            return own
        return {**own, name: next(other[name] for other in others if name in other)}

    return edit


def _swapped(name: str, sibling: str) -> Edit:
    def edit(own: Attributes, _: Iterable[Attributes]) -> Attributes:
        if not {name, sibling} <= own.keys():
            return own
        return {**own, name: own[sibling], sibling: own[name]}

    return edit
