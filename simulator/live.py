"""Incidents that somebody switches on by hand while the simulator runs."""

from __future__ import annotations

from typing import Any

from simulator.behaviour import Behaviour
from simulator.incident import FOREVER_NS, Window, all_incidents, behave
from simulator.models import ALIASES, find_model
from simulator.provider import OUTSIDE
from simulator.scenario import check_incident


class Live:
    """The incidents that are on now."""

    def __init__(self) -> None:
        """Start with none."""
        self.windows: list[Window] = []
        self.ended: list[Window] = []

    def switch(self, name: str, strength: str, at_ns: int) -> Window | None:
        """Switch an incident on from a moment on, or off; returns the new window, if there is one.

        Raises:
            simulator.scenario.ScenarioError: if there is no such incident or strength.
        """
        check_incident(name, strength)
        self.ended += [window for window in self.windows if window.incident.name == name]
        self.windows = [window for window in self.windows if window.incident.name != name]
        if strength == "off":
            return None
        window = Window(all_incidents()[name], strength, at_ns, FOREVER_NS)
        self.windows.append(window)
        return window

    def behaviour(self, model: Any, at_ns: int) -> Behaviour:
        """Return the behaviour for a call that belongs to no customer: no fault but those switched on."""
        if not self.windows:
            return OUTSIDE
        found = find_model(model) if isinstance(model, str) else None
        number = ALIASES.index(found[0].alias) if found else 0
        return behave(OUTSIDE, self.windows, at_ns, (0, number, 0))
