"""A scenario: traffic and what befalls it, read from one TOML file in `simulator/scenarios`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.models import MODELS
from simulator.prompts import TEMPLATES
from simulator.scenario_table import NS, ScenarioError, TableReader
from simulator.shop import TOPICS

__all__ = [
    "SCENARIO_DIR",
    "PromptUse",
    "Scenario",
    "ScenarioError",
    "load_scenario",
    "parse_scenario",
    "scenario_names",
]

SCENARIO_DIR = Path(__file__).parent / "scenarios"


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
    try:
        text = (SCENARIO_DIR / f"{name}.toml").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{name}.toml cannot be read: {error}.") from error
    return parse_scenario(name, text)


def parse_scenario(name: str, text: str) -> Scenario:
    """Read a scenario from TOML text.

    Raises:
        ScenarioError: naming file, key and what is allowed.
    """
    file = f"{name}.toml"
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside its own error, tomllib lets a few of int() and datetime pass
        raise ScenarioError(f"{file} is not valid TOML: {error}.") from error
    read = TableReader(file, table)
    read.refuse_others("title start requests requests_per_minute errors answers alias_moves prompts")
    errors, answers = read.table("errors"), read.table("answers")
    errors.refuse_others("rate_limited server_error timeout")
    answers.refuse_others("length_cut")
    moves = read.table("alias_moves") if "alias_moves" in table else TableReader(file, {})
    moves.refuse_others(" ".join(MODELS))
    scenario = Scenario(
        name=name,
        title=read.string("title"),
        start_ns=round(read.moment("start").timestamp()) * NS,
        requests=read.whole("requests", 1, 100_000),
        requests_per_minute=read.number("requests_per_minute", 0.001, 100_000),
        rate_limited=errors.number("rate_limited", 0, 1),
        server_error=errors.number("server_error", 0, 1),
        timeout=errors.number("timeout", 0, 1),
        length_cut=answers.number("length_cut", 0, 1),
        alias_moves={alias: moves.stretch(alias) for alias in moves.entries},
        prompts=tuple(_prompt_use(entry) for entry in read.tables("prompts")),
    )
    if abs(sum(use.share for use in scenario.prompts) - 1) > 1e-9:
        raise ScenarioError(f"{file}: the shares of all prompts must add up to 1.")
    if scenario.rate_limited + scenario.server_error + scenario.timeout > 1:
        raise ScenarioError(f"{file}: the shares under errors must not add up to more than 1.")
    return scenario


def _prompt_use(entry: TableReader) -> PromptUse:
    entry.refuse_others("name version model share edited")
    name, model = entry.one_of("name", {topic.prompt for topic in TOPICS}), entry.one_of("model", MODELS)
    edited = entry.stretch("edited") if "edited" in entry.entries else None
    if edited is not None and f"{name}, edited" not in TEMPLATES:
        having = ", ".join(key.removesuffix(", edited") for key in TEMPLATES if key.endswith(", edited"))
        raise ScenarioError(f"{entry.where}: edited is given for {name!r}. Allowed: only for {having}.")
    return PromptUse(name, entry.string("version"), model, entry.number("share", 0, 1), edited)
