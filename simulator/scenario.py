"""A scenario: traffic and what befalls it, read from one TOML file in `simulator/scenarios`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from simulator import prompts
from simulator.behaviour import Behaviour
from simulator.incident import STRENGTHS, all_incidents
from simulator.models import ALIASES
from simulator.scenario_table import NS, ScenarioError, TableReader

__all__ = [
    "MOST_REQUESTS",
    "SCENARIO_DIR",
    "Befalls",
    "PromptUse",
    "Scenario",
    "ScenarioError",
    "check_incident",
    "find_scenario",
    "load_scenario",
    "parse_scenario",
    "scenario_names",
]

SCENARIO_DIR = Path(__file__).parent / "scenarios"
SHAPES = ("flat", "weekly")
MOST_REQUESTS = 10_000_000
TENANTS, BATCH_TENANTS, TENANT_SKEW = 24, 4, 1.1
TOKENS_A_REQUEST, HEADROOM = 1500, 4.0
"""For the rate limit: about what a request sends, and how many times the mean traffic the provider allows."""


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
class Befalls:
    """An incident in a scenario: it begins somewhere in the stretch `starts` of the run and lasts so much of it."""

    incident: str
    strength: str
    starts: tuple[float, float]
    lasts: float


def zipf_shares(count: int, skew: float) -> tuple[float, ...]:
    """Return the cumulative shares of `count` tenants whose sizes follow Zipf's law, the largest first."""
    weights = [rank**-skew for rank in range(1, count + 1)]
    return tuple(accumulate(weight / sum(weights) for weight in weights))


@dataclass(frozen=True, slots=True)
class Scenario:
    """Traffic and what befalls it.

    `start_ns` is Unix nanoseconds; `shape` is "flat" (customers one by one at one rate) or "weekly" (hours, days,
    bursts); `clustering` is 1 for errors in clusters and 0 for errors one by one; `tokens_per_minute` is the provider's
    limit.
    """

    name: str
    title: str
    start_ns: int
    requests: int
    requests_per_minute: float
    shape: str
    base: Behaviour
    clustering: float
    tokens_per_minute: float
    prompts: tuple[PromptUse, ...]
    incidents: tuple[Befalls, ...]
    tenants: int = TENANTS - BATCH_TENANTS
    batch_tenants: int = BATCH_TENANTS
    use_shares: tuple[float, ...] = field(init=False)
    use_prompts: tuple[int, ...] = field(init=False)
    use_models: tuple[int, ...] = field(init=False)
    tenant_shares: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what every request looks up."""
        found = {
            "use_shares": tuple(accumulate(use.share for use in self.prompts)),
            "use_prompts": tuple(prompts.NAMES.index(use.name) for use in self.prompts),
            "use_models": tuple(ALIASES.index(use.model) for use in self.prompts),
            "tenant_shares": zipf_shares(self.tenants, TENANT_SKEW),
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)

    @property
    def length_ns(self) -> int:
        """How long the run is, about: its requests at the mean rate."""
        return round(self.requests / self.requests_per_minute * 60 * NS)

    def sized(self, *, requests: int | None = None, days: float | None = None) -> Scenario:
        """Return the same scenario with so many requests, or with as many as come in so many days."""
        if days is not None:
            requests = max(1, round(days * 24 * 60 * self.requests_per_minute))
        return self if requests is None else replace(self, requests=requests)

    def requests_for(self, calls: int) -> int:
        """Return how many requests surely make so many calls: one each, and two where an order is looked up."""
        looked_up = sum(use.share for use in self.prompts if use.name == "order-status")
        return max(1, math.ceil(calls / (1 + 0.95 * looked_up) * 1.02))

    def with_incidents(self, incidents: Iterable[Befalls]) -> Scenario:
        """Return the same scenario with other incidents."""
        return replace(self, incidents=tuple(incidents))


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


def find_scenario(name: str) -> Scenario:
    """Read a scenario by name, or from a file of one's own: a path that ends in ".toml".

    Raises:
        ScenarioError: if there is none, or its file is wrong.
    """
    if not name.endswith(".toml"):
        return load_scenario(name)
    try:
        return parse_scenario(Path(name).stem, Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise ScenarioError(f"{name} cannot be read: {error}.") from error


def check_incident(name: str, strength: str) -> None:
    """Refuse an incident or a strength that does not exist.

    Raises:
        ScenarioError: naming what is allowed.
    """
    if name not in all_incidents():
        raise ScenarioError(f"There is no incident {name!r}. There are: {', '.join(all_incidents())}.")
    if strength not in STRENGTHS:
        raise ScenarioError(f"{name} has no strength {strength!r}. There are: {', '.join(STRENGTHS)}.")


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
    read.refuse_others(
        "title start requests requests_per_minute shape tokens_per_minute errors answers prompts incidents"
    )
    per_minute = read.number("requests_per_minute", 0.001, 100_000)
    base, clustering = _base(read.table("errors") if "errors" in table else None, "answers" in table, read)
    scenario = Scenario(
        name=name,
        title=read.string("title"),
        start_ns=round(read.moment("start").timestamp()) * NS,
        requests=read.whole("requests", 1, MOST_REQUESTS),
        requests_per_minute=per_minute,
        shape=read.one_of("shape", SHAPES) if "shape" in table else "flat",
        base=base,
        clustering=clustering,
        tokens_per_minute=(
            read.number("tokens_per_minute", 1, 1e12)
            if "tokens_per_minute" in table
            else per_minute * TOKENS_A_REQUEST * HEADROOM + 60_000
        ),
        prompts=tuple(_prompt_use(entry) for entry in read.tables("prompts")),
        incidents=tuple(_befalls(entry) for entry in read.tables("incidents")) if "incidents" in table else (),
    )
    if abs(sum(use.share for use in scenario.prompts) - 1) > 1e-9:
        raise ScenarioError(f"{file}: the shares of all prompts must add up to 1.")
    return scenario


def _base(errors: TableReader | None, answers: bool, read: TableReader) -> tuple[Behaviour, float]:
    knobs: dict[str, float] = {}
    clustering = 1.0
    if errors is not None:
        kinds = "rate_limited server_error timeout cut_stream"
        errors.refuse_others(f"{kinds} clustering")
        knobs |= {kind: errors.number(kind, 0, 1) for kind in kinds.split() if kind in errors.entries}
        if sum(knobs.values()) > 1:
            raise ScenarioError(f"{errors.where}: the shares must not add up to more than 1.")
        clustering = errors.number("clustering", 0, 1) if "clustering" in errors.entries else clustering
    if answers:
        table = read.table("answers")
        allowed = ("length_cut", "refusal", "broken", "fenced", "foreign")
        table.refuse_others(" ".join(allowed))
        knobs |= {kind: table.number(kind, 0, 0.2) for kind in allowed if kind in table.entries}
    return Behaviour(**knobs), clustering


def _prompt_use(entry: TableReader) -> PromptUse:
    entry.refuse_others("name version model share edited")
    name, model = entry.one_of("name", prompts.NAMES), entry.one_of("model", ALIASES)
    edited = entry.stretch("edited") if "edited" in entry.entries else None
    return PromptUse(name, entry.string("version"), model, entry.number("share", 0, 1), edited)


def _befalls(entry: TableReader) -> Befalls:
    entry.refuse_others("name strength starts lasts")
    return Befalls(
        entry.one_of("name", all_incidents()),
        entry.one_of("strength", STRENGTHS),
        entry.stretch("starts"),
        entry.number("lasts", 0.0001, 1) if "lasts" in entry.entries else 1.0,
    )
