"""Writes `simulator/people.json`: the words of which customers are made, drawn by a seeded Faker.

    python -m simulator.edges.people_words

The simulator's core, which also runs in the browser, combines these words by its own seeded chance and needs no Faker.
A test proves that the file is what this module writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from faker import Faker

PATH = Path(__file__).parents[1] / "people.json"
SEED = 2026


def words() -> dict[str, list[str]]:
    """Return first names, last names, streets and cities, each in plain ASCII and without repeats."""
    fake = Faker("en_GB")
    fake.seed_instance(SEED)
    return {
        "first": _some(fake.first_name, 240),
        "last": _some(fake.last_name, 360),
        "street": _some(fake.street_name, 240),
        "city": _some(fake.city, 160),
    }


def _some(draw: Callable[[], str], count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        word = draw()
        if word.isascii() and len(word) > 2 and "'" not in word:
            found[word] = None
    return list(found)


def text() -> str:
    """Return the file's text."""
    return json.dumps(words(), indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
