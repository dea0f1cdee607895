"""What the simulator plays, made from its code: scenarios, models, prices, incidents and decoys."""

import html
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import get_args

import docstrings
from evening import NS
from fact_table import fact_table
from inline import inline
from simulator import incident, models, prices, scenario
from simulator.incident import Harm, Incident
from simulator.prices import Price

_WAYS = {"+": "rises", "-": "falls"}


def texts() -> dict[str, str]:
    """Return the parts of the page as Markdown, by the name they have in it."""
    known = incident.all_incidents().values()
    parts = {
        "scenarios": _scenarios(),
        "models": _models(),
        "prices": _prices(),
        "overview": _overview(known),
        "kinds": "\n\n".join(_kind(kind, [each for each in known if each.kind == kind]) for kind in _kinds()),
    }
    return {f"incidents.{name}": text for name, text in parts.items()}


def _kinds() -> tuple[str, ...]:
    found: tuple[str, ...] = get_args(incident.Kind)
    return found


def _scenarios() -> str:
    found = [scenario.load_scenario(name) for name in scenario.scenario_names()]
    rows = [
        (
            _code(each.name),
            html.escape(each.title),
            f"{each.requests:,}",
            datetime.fromtimestamp(each.start_ns / NS, UTC).strftime("%A, %d %B %Y, %H:%M UTC"),
            ", ".join(_link(befalls.incident) for befalls in each.incidents) or "nothing",
        )
        for each in found
    ]
    return fact_table("Scenarios", ("name", "what is played", "requests", "begins", "what befalls it"), rows)


def _models() -> str:
    rows = [
        (
            _code(each.alias),
            "<br>".join(map(_code, each.snapshots)),
            f"{each.first_token_s:.2f} s",
            f"{each.prompt_token_s * 1000:.2f} ms",
            f"{1 / each.token_s:.0f}",
            f"{each.wrong:.1%}".replace("%", " %"),
        )
        for each in models.TIERS
    ]
    head = ("alias", "snapshots, oldest first", "first token", "more per input token", "tokens a second", "wrong")
    return fact_table("Models, with their speeds on an ordinary day", head, rows)


def _prices() -> str:
    unpriced = [alias for alias in models.ALIASES if alias not in {price.model for price in prices.PRICES}]
    rows = [(_code(price.model), price.since.isoformat(), *_usd(price)) for price in prices.PRICES]
    rows += [(_code(alias), "no price", *[""] * 3) for alias in unpriced]
    head = ("model", "from (midnight UTC)", "input", "cached input", "output")
    return fact_table("Prices in USD for a million tokens", head, rows)


def _usd(price: Price) -> Iterator[str]:
    for usd in (price.input_usd, price.cached_usd, price.output_usd):
        whole, _, cents = f"{usd:.6f}".rstrip("0").partition(".")
        yield f"{whole}.{cents.ljust(2, '0')}"


def _overview(known: Iterable[Incident]) -> str:
    ordered = sorted(known, key=lambda each: _kinds().index(each.kind))
    rows = [(_link(each.name), each.kind, inline(each.title), *_harms(each.harm)) for each in ordered]
    head = ("name", "kind", "what happens", "mild", "severe")
    return fact_table("Harm in an hour, at 1,000 requests an hour", head, rows)


def _harms(harm: Harm) -> tuple[str, str]:
    if harm.unit == "none":
        return "none", "none"
    return _amount(harm.mild, harm.unit), _amount(harm.severe, harm.unit)


def _amount(number: float, unit: str) -> str:
    return f"{number:,.2f} {unit}" if unit == "USD" else f"{number:,.0f} {unit}"


def _kind(kind: str, known: Iterable[Incident]) -> str:
    return "\n\n".join([f"## {kind.capitalize()} {{#{kind}}}", *map(_section, known)])


def _section(each: Incident) -> str:
    dimension, value = each.culprit
    culprit = f"{_code(dimension)} is {_code(value)}" if dimension != "none" else f"none: {html.escape(value)}"
    moves = "".join(f"<li>{_code(name)} {_WAYS[way]}</li>" for name, way in each.moves.items())
    mild, severe = _harms(each.harm)
    facts = {
        "Symptom": inline(each.symptom),
        "What it does": " ".join(map(inline, docstrings.of(each.change).paragraphs)),
        "Levels": ", ".join(f"{name} {level:g}" for name, level in each.strengths.items()),
        "Culprit": culprit,
        "What moves": f"<ul>{moves}</ul>",
        "What an APM sees": inline(each.apm),
        "Harm in an hour": "none" if mild == severe == "none" else f"mild {mild}, severe {severe}",
    }
    listed = "\n".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in facts.items())
    title = each.title[0].upper() + each.title[1:]
    return f'### `{each.name}` {{#{each.name}}}\n\n<p>{inline(title)}.</p>\n\n<dl class="incident">\n{listed}\n</dl>'


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _link(name: str) -> str:
    return f'<a href="#{name}">{_code(name)}</a>'
