"""What an incident is, and the timeline on which incidents lie. The incidents themselves: `simulator.incidents`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from simulator import incidents
from simulator.arithmetic import Numbers, nowhere, smaller, where
from simulator.behaviour import Behaviour, Call, merged

STRENGTHS = ("off", "mild", "severe")
Kind = Literal["quality", "cost", "latency", "availability", "compound", "decoy"]
FOREVER_NS = 1 << 62
"""The end of an incident that nobody has ended yet."""


@dataclass(frozen=True, slots=True)
class Harm:
    """What an hour of an incident costs, at 1,000 requests an hour: how many of what, mild and severe."""

    unit: Literal["bad answers", "failed requests", "USD", "seconds waited", "none"]
    mild: float = 0.0
    severe: float = 0.0


@dataclass(frozen=True, slots=True)
class Incident:
    """One fault, or a decoy: a harmless change that looks like one.

    `symptom` is what users or the bill show; `culprit` is dimension and value, as telemetry names them; `moves` maps
    each indicator that moves (`simulator.edges.indicators`) to "+" or "-", and `moves_when_severe` has those that move
    only then, every other one stays flat; `apm` is
    what a plain APM shows; `strengths` are the levels that `change` takes for mild and severe. `change` is pure, and
    written with arithmetic and `where` only.
    """

    name: str
    kind: Kind
    title: str
    symptom: str
    culprit: tuple[str, str]
    moves: Mapping[str, str]
    apm: str
    strengths: Mapping[str, float]
    harm: Harm
    change: Callable[[Behaviour, Call, float], Behaviour]
    moves_when_severe: Mapping[str, str] = field(default_factory=dict)

    @property
    def decoy(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.kind == "decoy"


@lru_cache(maxsize=1)
def all_incidents() -> dict[str, Incident]:
    """Return every incident by name, found by looking into the folder `simulator/incidents`."""
    modules = sorted(module.name for module in pkgutil.iter_modules(incidents.__path__))
    found = [importlib.import_module(f"simulator.incidents.{name}").INCIDENT for name in modules]
    return {incident.name: incident for incident in found}


@dataclass(frozen=True, slots=True)
class Window:
    """An incident from one moment to another (Unix nanoseconds), at a strength that is not "off"."""

    incident: Incident
    strength: str
    start_ns: int
    end_ns: int

    def covers(self, at_ns: Numbers) -> Numbers:
        """Tell whether a moment lies in the window."""
        return (at_ns >= self.start_ns) & (at_ns < self.end_ns)

    def progress(self, at_ns: Numbers) -> Numbers:
        """Return how much of the window has passed, from 0 to 1; of one without an end, after a week all of it."""
        length_ns = min(self.end_ns - self.start_ns, 7 * 24 * 3600 * 1_000_000_000)
        past_ns = where(at_ns > self.start_ns, at_ns - self.start_ns, 0)
        return smaller(past_ns / length_ns, 1.0)


def behave(
    base: Behaviour, timeline: Sequence[Window], at_ns: Numbers, of: tuple[Numbers, Numbers, Numbers]
) -> Behaviour:
    """Return the behaviour at a moment: the base, changed by each incident under way.

    Args:
        base: an ordinary day.
        timeline: the incidents.
        at_ns: the moment, in Unix nanoseconds.
        of: prompt, model and tenant of the call, as numbers.
    """
    now = base
    for window in timeline:
        on = window.covers(at_ns)
        if not nowhere(on):
            call = Call(*of, window.progress(at_ns))
            now = merged(on, window.incident.change(now, call, window.incident.strengths[window.strength]), now)
    return now
