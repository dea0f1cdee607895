"""The attacks that the tests run against the grader, made from their files."""

import html

from fact_table import fact_table
from inline import inline
from tests.grader.attack_files import attacks

_HEAD = ("attack", "what it tries", "what stops it", "verdict without walls", "verdict behind walls")


def texts() -> dict[str, str]:
    """Return the parts of the page by the name they have in it."""
    rows = [
        (
            f"<code>{attack.name}</code>",
            inline(attack.title),
            inline(attack.stopped_by[0].upper() + attack.stopped_by[1:]),
            html.escape(f"not tried: {attack.not_tried}" if attack.not_tried else _any(attack.plain)),
            html.escape(_any(attack.walls)),
        )
        for attack in attacks()
    ]
    table = fact_table("Attacks that the tests hand in as notebooks", _HEAD, rows)
    return {"attacks.table": table, "attacks.number": str(len(rows))}


def _any(verdicts: frozenset[str]) -> str:
    return " or ".join(sorted(verdicts))
