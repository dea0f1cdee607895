"""Reading a scenario's tables, so that each mistake is named with its file, its key and what is allowed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NS = 1_000_000_000
"""Nanoseconds in a second."""

_SHOWN = 80


class ScenarioError(ValueError):
    """A scenario that cannot be read: says which file, which key, and what is allowed."""


def shown(found: Any) -> str:
    """Return a value as an error message shows it: short, and never an error itself."""
    try:
        text = repr(found)
    except (ValueError, RecursionError):  # Python refuses to print whole numbers of more than 4300 digits
        return f"a very long {type(found).__name__}"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


@dataclass(frozen=True, slots=True)
class TableReader:
    """A TOML table that knows where it stands. Every method raises ScenarioError for what is not allowed."""

    where: str
    entries: Mapping[str, Any]

    def refuse(self, key: str, allowed: str) -> ScenarioError:
        """Return the error that names a key, what was found, and what is allowed."""
        if key not in self.entries:
            return ScenarioError(f"{self.where}: {key} is missing. Allowed: {allowed}.")
        return ScenarioError(f"{self.where}: {key} is {shown(self.entries[key])}. Allowed: {allowed}.")

    def refuse_others(self, keys: str) -> None:
        """Refuse every key that is not among `keys` (separated by blanks): a slip of the pen must not go unnoticed."""
        for key in self.entries:
            if key not in keys.split():
                allowed = ", ".join(keys.split())
                raise ScenarioError(f"{self.where}: {shown(key)} means nothing here. Allowed: {allowed}.")

    def _get(self, key: str, kind: type | tuple[type, ...], allowed: str) -> Any:
        found = self.entries.get(key)
        if not isinstance(found, kind) or isinstance(found, bool):
            raise self.refuse(key, allowed)
        return found

    def string(self, key: str) -> str:
        """Return a text that is not empty."""
        allowed = "a text"
        found = str(self._get(key, str, allowed))
        if not found:
            raise self.refuse(key, allowed)
        return found

    def one_of(self, key: str, names: Collection[str]) -> str:
        """Return one of these names."""
        allowed = ", ".join(sorted(names))
        found = str(self._get(key, str, allowed))
        if found not in names:
            raise self.refuse(key, allowed)
        return found

    def moment(self, key: str) -> datetime:
        """Return a date and time with zone, in this century."""
        allowed = "a date and time with zone from 2000 to 2099, such as 2026-11-20T18:00:00Z"
        found: datetime = self._get(key, datetime, allowed)
        if found.tzinfo is None or not 2000 <= found.year <= 2099:
            raise self.refuse(key, allowed)
        return found

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number between two limits."""
        return float(self._within(key, (int, float), low, high, "a number"))

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number between two limits."""
        return int(self._within(key, int, low, high, "a whole number"))

    def _within(self, key: str, kind: type | tuple[type, ...], low: float, high: float, what: str) -> Any:
        allowed = f"{what} from {low} to {high}"
        found = self._get(key, kind, allowed)
        if not low <= found <= high:
            raise self.refuse(key, allowed)
        return found

    def stretch(self, key: str) -> tuple[float, float]:
        """Return a stretch of the run, as two shares of its length."""
        allowed = "two numbers from 0 to 1, the smaller first"
        found = self._get(key, list, allowed)
        numbers = [x for x in found if isinstance(x, int | float) and not isinstance(x, bool)]
        if len(found) != 2 or len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] <= 1:
            raise self.refuse(key, allowed)
        return float(numbers[0]), float(numbers[1])

    def table(self, key: str) -> TableReader:
        """Return a table in this one."""
        return TableReader(f"{self.where}: {key}", self._get(key, dict, "a table"))

    def tables(self, key: str) -> Iterator[TableReader]:
        """Yield the tables of a list."""
        for number, entry in enumerate(self._get(key, list, "one table or more"), start=1):
            if not isinstance(entry, dict):
                raise ScenarioError(f"{self.where}: {key} number {number} is {shown(entry)}. Allowed: a table.")
            yield TableReader(f"{self.where}: {key} number {number}", entry)
