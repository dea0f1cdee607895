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
            datetime.fromtimestamp(each.start_ns / NS, UTC).strftime("%a %Y-%m-%d, %H:%M"),
            ", ".join(_link(befalls.incident) for befalls in each.incidents) or "nothing",
        )
        for each in found
    ]
    return fact_table(
        "Scenarios, and what befalls each",
        ("name", "what is played", "requests", "begins (UTC)", "what befalls it"),
        rows,
    )


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
    rows += [(_code(alias), "no price", *["–"] * 3) for alias in unpriced]
    head = ("model", "from (midnight UTC)", "input", "cached input", "output")
    return fact_table("Prices in USD for a million tokens", head, rows)


def _usd(price: Price) -> Iterator[str]:
    for usd in (price.input_usd, price.cached_usd, price.output_usd):
        whole, _, cents = f"{usd:.6f}".rstrip("0").partition(".")
        yield f"{whole}.{cents.ljust(2, '0')}"


def _overview(known: Iterable[Incident]) -> str:
    ordered = sorted(known, key=lambda each: _kinds().index(each.kind))
    rows = [(_link(each.name), each.kind, inline(each.title), *_amounts(each.harm), each.harm.unit) for each in ordered]
    head = ("name", "kind", "what happens", "mild", "severe", "of what")
    return fact_table("Every incident and decoy, and its harm in an hour at 1,000 requests an hour", head, rows)


def _amounts(harm: Harm) -> tuple[str, str]:
    form = {"USD": ".2f", "none": ".0f"}.get(harm.unit, ",.0f")
    return format(harm.mild, form), format(harm.severe, form)


def _kind(kind: str, known: Iterable[Incident]) -> str:
    return "\n\n".join([f"## {kind.capitalize()} {{#{kind}}}", *map(_section, known)])


def _section(each: Incident) -> str:
    dimension, value = each.culprit
    culprit = f"{_code(dimension)} is {_code(value)}" if dimension != "none" else f"none: {html.escape(value)}"
    moves = [f"<li>{_code(name)} {_WAYS[way]}</li>" for name, way in each.moves.items()]
    moves += [f"<li>{_code(name)} {_WAYS[way]}, when severe</li>" for name, way in each.moves_when_severe.items()]
    mild, severe = _amounts(each.harm)
    facts = {
        "Symptom": inline(each.symptom),
        "What it does": " ".join(map(inline, docstrings.of(each.change).paragraphs)),
        "Level": ", ".join(f"{name} {level:g}" for name, level in each.strengths.items()),
        "Culprit": culprit,
        "What moves": f"<ul>{''.join(moves)}</ul>",
        "What an APM sees": inline(each.apm),
        "Harm in an hour": "none" if each.harm.unit == "none" else f"mild {mild}, severe {severe} {each.harm.unit}",
    }
    listed = "\n".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in facts.items())
    heading = f"### `{each.name}` {{#{each.name}}}"
    return f'{heading}\n\n<p>{inline(_sentence(each.title))}</p>\n\n<dl class="incident">\n{listed}\n</dl>'


def _sentence(title: str) -> str:
    """Return a title as a sentence; a model's name keeps its small letter."""
    first, space, rest = title.partition(" ")
    return f"{first.capitalize() if first.isalpha() else first}{space}{rest}."


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _link(name: str) -> str:
    return f'<a href="#{name}">{_code(name)}</a>'
