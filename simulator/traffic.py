"""Traffic: which customer asks what, when, and with which prompt. A pure function of scenario and seed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from simulator import asking, people, prompts, shop
from simulator.arithmetic import Numbers, take
from simulator.arrivals import (
    BATCH_SHAPE,
    BATCH_SHARE,
    HOUR_NS,
    INTERACTIVE_SHAPE,
    Pace,
    gap_ticks,
    hour_factor,
    make_pace,
)
from simulator.behaviour import Behaviour
from simulator.chance import Chance
from simulator.incident import Window, all_incidents, behave
from simulator.models import ALIASES
from simulator.prompts import Prompt, label
from simulator.scenario import Scenario

NS = 1_000_000_000
ATTEMPTS_PER_REQUEST = 64
"""Numbers of attempts that a request may use up; further ones start over."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One customer request as the simulator knows it.

    `found` are its features in numbers and `now` is the behaviour of its moment; the texts follow from them.
    """

    id: str
    index: int
    at_ns: int
    origin: asking.Origin
    found: asking.Features
    now: Behaviour
    tenant: str
    prompt: Prompt
    model: str
    order: shop.Order

    @property
    def topic(self) -> shop.Question:
        """What the customer wants to know."""
        return shop.QUESTIONS[self.found.question]

    @property
    def documents(self) -> tuple[str, ...]:
        """The texts that the bot retrieved."""
        return asking.document_texts(self.found)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the retrieved documents."""
        return tuple(shop.DOCUMENTS[n].name for n in self.found.documents[: self.found.document_count])


class Traffic:
    """The requests of one scenario and seed."""

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        """Draw when each incident begins and each unlabelled edit happens."""
        self.scenario, self.chance = scenario, chance
        self.timeline = _timeline(scenario, chance)
        self._edits_ns = tuple(
            moment_in(chance, f"edit.{use.name}.{use.version}", use.edited, scenario) if use.edited else 1 << 62
            for use in scenario.prompts
        )

    @cached_property
    def streams(self) -> tuple[tuple[str, float, Pace], ...]:
        """The kinds of customer: the name of their stream, the shape of their gaps, and their pace."""
        if self.scenario.shape == "flat":
            return (("arrival", 1.0, self._pace(1.0)),)
        return (
            ("arrival", INTERACTIVE_SHAPE, self._pace(1 - BATCH_SHARE)),
            ("arrival.batch", BATCH_SHAPE, self._pace(BATCH_SHARE)),
        )

    def _pace(self, share: float) -> Pace:
        scenario, end_ns = self.scenario, self.scenario.start_ns + 2 * self.scenario.length_ns + 48 * HOUR_NS
        hours = range(scenario.start_ns, end_ns, HOUR_NS) if scenario.shape == "weekly" else [scenario.start_ns]
        edges = {edge for window in self.timeline for edge in (window.start_ns, window.end_ns)}
        knots = sorted({*hours, *(edge for edge in edges if scenario.start_ns < edge < end_ns)})
        per_second = scenario.requests_per_minute / 60 * share

        def rate(at_ns: int) -> float:
            factor = hour_factor(self.chance, at_ns) if scenario.shape == "weekly" else 1.0
            return per_second * factor * float(behave(scenario.base, self.timeline, at_ns, (0, 0, 0)).traffic)

        return make_pace(knots, rate)

    def moments(self) -> Iterator[tuple[int, bool]]:
        """Yield when requests arrive (Unix nanoseconds, ascending), and whether a machine forwards them; no end."""

        def one(name: str, shape: float, pace: Pace, batch: bool) -> Iterator[tuple[int, bool]]:
            ticks = 0
            for index in itertools.count():
                ticks += gap_ticks(self.chance, name, shape, index)
                yield pace.moment(ticks), batch

        yield from heapq.merge(*(one(*stream, batch=bool(n)) for n, stream in enumerate(self.streams)))

    def features(
        self, index: Numbers, at_ns: Numbers, batch: Numbers
    ) -> tuple[asking.Origin, asking.Features, Behaviour]:
        """Return request number `index` in numbers, and the behaviour of its moment."""
        origin = asking.origin(self.scenario, self.chance, index, batch)
        now = behave(self.scenario.base, self.timeline, at_ns, (origin.prompt, origin.model, origin.tenant))
        edited = at_ns >= take(self._edits_ns, origin.use)
        return origin, asking.features(self.chance, index, origin, edited, now), now

    def requests(self) -> Iterator[Asked]:
        """Yield the scenario's requests in order of arrival."""
        for index, (at_ns, batch) in enumerate(itertools.islice(self.moments(), self.scenario.requests)):
            yield self.asked(index, at_ns, batch)

    def asked(self, index: int, at_ns: int, batch: bool) -> Asked:
        """Return one request."""
        origin, found, now = self.features(index, at_ns, batch)
        use = self.scenario.prompts[origin.use]
        return Asked(
            id=request_id(index),
            index=index,
            at_ns=at_ns,
            origin=origin,
            found=found,
            now=now,
            tenant=tenant_name(origin.tenant, self.scenario),
            prompt=Prompt(use.name, label(use.version, found.text), prompts.TEMPLATES[origin.prompt][found.text]),
            model=ALIASES[origin.model],
            order=shop.order(self.chance, shop.order_number(self.chance, index)),
        )

    def question(self, asked: Asked) -> str:
        """Return what the customer writes."""
        return asking.question_text(self.chance, asked.index, asked.found, asked.order.id)

    def customer(self, asked: Asked) -> people.Customer:
        """Return who asks."""
        return people.customer(self.chance, asked.index)


def request_id(index: int) -> str:
    """Return the id of request number `index`."""
    return f"r-{index + 1:04d}"


def tenant_name(tenant: int, scenario: Scenario) -> str:
    """Return a tenant's name: a shop front, or a mailbox that forwards in bursts."""
    return f"shop-{tenant + 1:02d}" if tenant < scenario.tenants else f"mailbox-{tenant - scenario.tenants + 1}"


def moment_in(chance: Chance, stream: str, stretch: tuple[float, float], scenario: Scenario) -> int:
    """Draw a moment (Unix nanoseconds) in a stretch of the run, given as two shares of its length."""
    share: float = stretch[0] + (stretch[1] - stretch[0]) * chance.uniform(stream, 0)
    return scenario.start_ns + round(share * scenario.length_ns)


def _timeline(scenario: Scenario, chance: Chance) -> list[Window]:
    found = []
    for number, befalls in enumerate(scenario.incidents):
        if befalls.strength != "off":
            start_ns = moment_in(chance, f"incident.{number}.{befalls.incident}", befalls.starts, scenario)
            end_ns = start_ns + max(1, round(befalls.lasts * scenario.length_ns))
            found.append(Window(all_incidents()[befalls.incident], befalls.strength, start_ns, end_ns))
    return found
