"""Customers: names, addresses and how to reach them, combined by chance from words that Faker drew (`people.json`).

E-mail domains and telephone numbers are from the ranges that are reserved for examples: they belong to nobody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from simulator.arithmetic import Numbers, take, whole
from simulator.chance import Chance

_WORDS: dict[str, list[str]] = json.loads((Path(__file__).parent / "people.json").read_text(encoding="ascii"))
FIRST, LAST, STREETS, CITIES = (tuple(_WORDS[key]) for key in ("first", "last", "street", "city"))
DOMAINS = ("example.com", "example.org", "example.net", "mail.example")
_LENGTHS = {id(words): tuple(len(word) for word in words) for words in (FIRST, LAST, STREETS, CITIES, DOMAINS)}
PHONE_LENGTH, NUMBER_LENGTH, POSTCODE_LENGTH = len("07700 900123"), len("17"), len("70417")


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who writes to the shop."""

    name: str
    email: str
    phone: str
    address: str


def _which(chance: Chance, what: str, index: Numbers, words: tuple[str, ...]) -> Numbers:
    return whole(chance.uniform(f"customer.{what}", index) * len(words))


def customer(chance: Chance, index: int) -> Customer:
    """Return the customer of a request."""
    first, last = FIRST[_which(chance, "first", index, FIRST)], LAST[_which(chance, "last", index, LAST)]
    street, city = STREETS[_which(chance, "street", index, STREETS)], CITIES[_which(chance, "city", index, CITIES)]
    domain = DOMAINS[_which(chance, "domain", index, DOMAINS)]
    digits = chance.bits("customer.digits", index)
    number, postcode = 10 + digits % 90, 10_000 + digits // 100 % 90_000
    return Customer(
        name=f"{first} {last}",
        email=f"{first}.{last}@{domain}".lower().replace(" ", "-"),
        phone=f"07700 900{digits // 10**8 % 1000:03d}",
        address=f"{number} {street}, {postcode} {city}",
    )


def lengths(chance: Chance, index: Numbers) -> dict[str, Numbers]:
    """Return the characters of name, email, phone and address of a request's customer, without making the texts."""

    def length(what: str, words: tuple[str, ...]) -> Numbers:
        return take(_LENGTHS[id(words)], _which(chance, what, index, words))

    name = length("first", FIRST) + 1 + length("last", LAST)
    address = NUMBER_LENGTH + 1 + length("street", STREETS) + 2 + POSTCODE_LENGTH + 1 + length("city", CITIES)
    return {
        "name": name,
        "email": name + 1 + length("domain", DOMAINS),
        "phone": PHONE_LENGTH,
        "address": address,
    }
