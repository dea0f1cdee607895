"""A scenario: traffic and what befalls it, read from one TOML file in `simulator/scenarios`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.models import MODELS
from simulator.prompts import TEMPLATES

SCENARIO_DIR = Path(__file__).parent / "scenarios"


class ScenarioError(ValueError):
    """A scenario that cannot be read: says which file, which key, and what is allowed."""


@dataclass(frozen=True, slots=True)
class PromptUse:
    """How often (`share` of requests, 0 to 1) a prompt is used, with which model, and when its text was edited.

    `edited` is the stretch of the run (two shares, 0 to 1) in which the edit falls, or None.
    """

    name: str
    version: str
    model: str
    share: float
    edited: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Traffic and faults. Shares are between 0 and 1; `start_ns` is Unix nanoseconds; rates are per minute."""

    name: str
    title: str
    start_ns: int
    requests: int
    requests_per_minute: float
    rate_limited: float
    server_error: float
    timeout: float
    length_cut: float
    alias_moves: Mapping[str, tuple[float, float]]
    prompts: tuple[PromptUse, ...]


def scenario_names() -> tuple[str, ...]:
    """Return the names of all scenarios, sorted."""
    return tuple(sorted(path.stem for path in SCENARIO_DIR.glob("*.toml")))


def load_scenario(name: str) -> Scenario:
    """Read a scenario by name.

    Raises:
        ScenarioError: if there is none of that name, or its file is wrong.
    """
    if name not in scenario_names():
        raise ScenarioError(f"There is no scenario {name!r}. There are: {', '.join(scenario_names())}.")
    return parse_scenario(name, (SCENARIO_DIR / f"{name}.toml").read_text(encoding="utf-8"))


def parse_scenario(name: str, text: str) -> Scenario:
    """Read a scenario from TOML text.

    Raises:
        ScenarioError: naming file, key and what is allowed.
    """
    file = f"{name}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{file} is not valid TOML: {error}.") from error
    read = _Reader(file, table)
    errors, answers = read.table("errors"), read.table("answers")
    scenario = Scenario(
        name=name,
        title=read.string("title"),
        start_ns=round(read.moment("start").timestamp()) * 1_000_000_000,
        requests=read.whole("requests", 1, 100_000),
        requests_per_minute=read.number("requests_per_minute", 0.001, 100_000),
        rate_limited=errors.number("rate_limited", 0, 1),
        server_error=errors.number("server_error", 0, 1),
        timeout=errors.number("timeout", 0, 1),
        length_cut=answers.number("length_cut", 0, 1),
        alias_moves={alias: read.table("alias_moves").stretch(alias) for alias in table.get("alias_moves", {})},
        prompts=tuple(_prompt_use(entry) for entry in read.tables("prompts")),
    )
    for alias in scenario.alias_moves:
        _one_of(f"{file}: alias_moves", alias, MODELS)
    if abs(sum(use.share for use in scenario.prompts) - 1) > 1e-9:
        raise ScenarioError(f"{file}: the shares of all prompts must add up to 1.")
    if scenario.rate_limited + scenario.server_error + scenario.timeout > 1:
        raise ScenarioError(f"{file}: the shares under errors must not add up to more than 1.")
    return scenario


def _prompt_use(entry: _Reader) -> PromptUse:
    name, model = entry.string("name"), entry.string("model")
    _one_of(f"{entry.where}: name", name, TEMPLATES)
    _one_of(f"{entry.where}: model", model, MODELS)
    edited = entry.stretch("edited") if "edited" in entry.entries else None
    if edited is not None:
        _one_of(f"{entry.where}: edited", f"{name}, edited", TEMPLATES)
    return PromptUse(name, entry.string("version"), model, entry.number("share", 0, 1), edited)


def _one_of(where: str, name: str, allowed: Mapping[str, Any]) -> None:
    if name not in allowed:
        raise ScenarioError(f"{where} is {name!r}. Allowed: {', '.join(sorted(allowed))}.")


@dataclass(frozen=True, slots=True)
class _Reader:
    """A TOML table that knows where it stands, so that a wrong value can be named."""

    where: str
    entries: Mapping[str, Any]

    def _get(self, key: str, kind: type | tuple[type, ...], allowed: str) -> Any:
        found = self.entries.get(key)
        if not isinstance(found, kind) or isinstance(found, bool):
            raise ScenarioError(f"{self.where}: {key} is {found!r}. Allowed: {allowed}.")
        return found

    def string(self, key: str) -> str:
        return str(self._get(key, str, "a text"))

    def moment(self, key: str) -> datetime:
        found: datetime = self._get(key, datetime, "a date and time with zone, such as 2026-11-20T18:00:00Z")
        if found.tzinfo is None:
            raise ScenarioError(f"{self.where}: {key} has no time zone. Add Z for UTC.")
        return found

    def number(self, key: str, low: float, high: float) -> float:
        found = float(self._get(key, (int, float), f"a number from {low} to {high}"))
        if not low <= found <= high:
            raise ScenarioError(f"{self.where}: {key} is {found}. Allowed: a number from {low} to {high}.")
        return found

    def whole(self, key: str, low: int, high: int) -> int:
        found = int(self._get(key, int, f"a whole number from {low} to {high}"))
        if not low <= found <= high:
            raise ScenarioError(f"{self.where}: {key} is {found}. Allowed: a whole number from {low} to {high}.")
        return found

    def stretch(self, key: str) -> tuple[float, float]:
        allowed = "two numbers from 0 to 1, the smaller first"
        found = self._get(key, list, allowed)
        numbers = [x for x in found if isinstance(x, int | float) and not isinstance(x, bool)]
        if len(found) != 2 or len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] <= 1:
            raise ScenarioError(f"{self.where}: {key} is {found!r}. Allowed: {allowed}.")
        return float(numbers[0]), float(numbers[1])

    def table(self, key: str) -> _Reader:
        return _Reader(f"{self.where}: {key}", self._get(key, dict, "a table"))

    def tables(self, key: str) -> Iterator[_Reader]:
        for number, entry in enumerate(self._get(key, list, "one table or more"), start=1):
            if not isinstance(entry, dict):
                raise ScenarioError(f"{self.where}: {key} number {number} is not a table.")
            yield _Reader(f"{self.where}: {key} number {number}", entry)
