"""What the simulator can play is on the page as the code has it."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator import incident
from simulator.incident import all_incidents
from simulator.models import TIERS
from simulator.prices import PRICES
from simulator.scenario import load_scenario, scenario_names

Hook = Callable[[str], Any]


@pytest.fixture
def parts(hook: Hook) -> dict[str, str]:
    """The generated parts of the page by name."""
    found: dict[str, str] = hook("incident_tables").texts()
    return found


@pytest.mark.parametrize("name", all_incidents())
def test_an_incident_has_its_section_and_its_row(parts: dict[str, str], name: str) -> None:
    each = all_incidents()[name]
    section = next(part for part in parts["incidents.kinds"].split("\n### ") if part.startswith(f"`{name}`"))
    for word in (*each.culprit[1:], *each.moves, *(f"{level:g}" for level in each.strengths.values())):
        assert word in section
    ways = {"+": "rises", "-": "falls"}
    for indicator, way in each.moves.items():
        assert f"<code>{indicator}</code> {ways[way]}</li>" in section
    for indicator, way in each.moves_when_severe.items():
        assert f"<code>{indicator}</code> {ways[way]}, when severe</li>" in section
    assert f'href="#{name}"' in parts["incidents.overview"]


def test_a_new_incident_needs_no_list(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    owl = replace(all_incidents()["timeouts"], name="owl_night", symptom="Hooting & silence.")
    monkeypatch.setattr(incident, "all_incidents", lambda: {"owl_night": owl})
    parts = hook("incident_tables").texts()
    assert "### `owl_night` {#owl_night}" in parts["incidents.kinds"]
    assert "<dd>Hooting &amp; silence.</dd>" in parts["incidents.kinds"]


def test_every_scenario_has_a_row(parts: dict[str, str]) -> None:
    for name in scenario_names():
        row = next(row for row in parts["incidents.scenarios"].splitlines() if f"<code>{name}</code>" in row)
        assert load_scenario(name).title in row
        for befalls in load_scenario(name).incidents:
            assert f'href="#{befalls.incident}"' in row


def test_every_model_has_a_row_with_its_snapshots(parts: dict[str, str]) -> None:
    for model in TIERS:
        row = next(row for row in parts["incidents.models"].splitlines() if f"<code>{model.alias}</code></th>" in row)
        assert all(snapshot in row for snapshot in model.snapshots)
        assert f"{model.first_token_s:.2f} s" in row


def test_every_price_has_a_row_with_its_date(parts: dict[str, str]) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">.*", parts["incidents.prices"])
    unpriced = {model.alias for model in TIERS} - {price.model for price in PRICES}
    assert len(rows) == len(PRICES) + len(unpriced)
    for row, price in zip(rows, PRICES, strict=False):
        cells = re.findall(r"<td>(.*?)</td>", row)
        assert price.model in row
        assert cells[0] == price.since.isoformat()
        assert [float(cell) for cell in cells[1:]] == [price.input_usd, price.cached_usd, price.output_usd]


def test_tables_say_what_their_headers_head(parts: dict[str, str]) -> None:
    tables = [text for text in parts.values() if "<table" in text]
    assert len(tables) == 4
    for table in tables:
        assert re.search(r"<caption>.+</caption>", table)
        assert all('scope="' in header for header in re.findall(r"<th\b[^>]*>", table))
        assert 'tabindex="0" role="region" aria-label="' in table
