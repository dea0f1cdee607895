"""What the simulator gives to a lab, sorted: found by following names and types from `simulator.__all__`."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any, cast

import simulator
from signatures import classes_in

PACKAGE = simulator.__name__
Call = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The things of the reference, each once, in reading order."""

    imported: tuple[Any, ...]
    given: tuple[type, ...]
    returned: tuple[type, ...]
    errors: tuple[type, ...]
    beside_errors: tuple[type, ...]

    @property
    def things(self) -> tuple[Any, ...]:
        """All of them."""
        return (*self.imported, *self.given, *self.returned, *self.errors, *self.beside_errors)


def shelf() -> Shelf:
    """Sort the package's public names, and follow the types that their calls return and that their parts have."""
    public = [getattr(simulator, name) for name in simulator.__all__]
    errors = [thing for thing in public if inspect.isclass(thing) and issubclass(thing, BaseException)]
    given = [thing for thing in public if inspect.isclass(thing) and is_dataclass(thing)]
    imported = [thing for thing in public if thing not in errors and thing not in given]
    seen: list[type] = [*errors, *filter(inspect.isclass, imported)]
    return Shelf(
        imported=tuple(imported),
        given=tuple(_reached(given, seen)),
        returned=tuple(_reached([kind for thing in imported for kind in _answers(thing)], seen)),
        errors=tuple(_by_base(errors)),
        beside_errors=tuple(_reached([kind for error in errors for kind in _taken(error)], seen)),
    )


def is_public(thing: Any) -> bool:
    """Tell whether a thing is one of the package's own names."""
    return thing.__name__ in simulator.__all__


def held(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield what an instance of a client holds under public names. Nobody calls anything through this one."""
    if is_public(kind) and not is_dataclass(kind):
        made = cast(Call, kind)(engine=object())
        yield from ((name, part) for name, part in vars(made).items() if not name.startswith("_"))


def calls(thing: Any) -> Iterator[tuple[str, Call]]:
    """Yield what one can call, with its path: a function, or the public methods of a class and of what it holds."""
    if not inspect.isclass(thing):
        yield thing.__name__, thing
        return
    for name, part in held(thing):
        yield from _below(f"{thing.__name__}.{name}", part)
    yield from _methods(thing.__name__, thing)


def yielded(kind: type) -> Call | None:
    """Return what gives the next part of something that can be iterated over."""
    found: Call | None = vars(kind).get("__next__")
    return found


def _below(path: str, part: Any) -> Iterator[tuple[str, Call]]:
    if type(part).__module__.startswith(PACKAGE):
        yield from _methods(path, type(part))
        for name, further in vars(part).items():
            if not name.startswith("_"):
                yield from _below(f"{path}.{name}", further)


def _methods(path: str, kind: type) -> Iterator[tuple[str, Call]]:
    for name, member in vars(kind).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield f"{path}.{name}", member


def _answers(thing: Any) -> Iterator[type]:
    for _, call in calls(thing):
        yield from classes_in(inspect.signature(call).return_annotation, call.__module__, PACKAGE)


def _taken(error: type) -> Iterator[type]:
    own: Call | None = vars(error).get("__init__")
    for parameter in inspect.signature(own).parameters.values() if own else ():
        yield from classes_in(parameter.annotation, error.__module__, PACKAGE)


def _reached(kinds: Iterable[type], seen: list[type]) -> Iterator[type]:
    """Yield types and the types of their parts, each once and right after the first that names it."""
    for kind in kinds:
        if kind in seen:
            continue
        seen.append(kind)
        yield kind
        annotations = [*vars(kind).get("__annotations__", {}).values()] if is_dataclass(kind) else []
        if following := yielded(kind):
            annotations.append(inspect.signature(following).return_annotation)
        yield from _reached([part for a in annotations for part in classes_in(a, kind.__module__, PACKAGE)], seen)


def _by_base(errors: Sequence[type]) -> Iterator[type]:
    """Yield errors, each after its base."""

    def with_those_below(base: type) -> Iterator[type]:
        yield base
        for error in errors:
            if base in error.__bases__:
                yield from with_those_below(error)

    for error in errors:
        if not set(error.__bases__) & set(errors):
            yield from with_those_below(error)
