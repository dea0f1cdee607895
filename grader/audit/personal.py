"""Finds what looks like personal data, and says only of what kind it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

LONGEST = 20_000
"""So many characters of one value are looked at."""

_MOST_PARTS = 2_000
_MAIL = re.compile(r"[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
# With a country's code, or as North America writes it: other local forms cannot be told from order numbers and dates.
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+\d[\d ().\-/]{6,20}\d|\(\d{3}\) ?\d{3}-\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4}|555-01\d{2})(?![\w-])"
)
_CARD = re.compile(r"(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?![\w.-])")
_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])")


def kinds_in(value: Any) -> list[str]:
    """Say what kinds of personal data a value seems to hold, in alphabetical order."""
    return sorted({kind for text in _texts(value) for kind in _kinds(text[:LONGEST])})


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += list(found.values())[:_MOST_PARTS]
        elif isinstance(found, list):
            waiting += found[:_MOST_PARTS]


def _kinds(text: str) -> Iterator[str]:
    if "@" in text and _MAIL.search(text):
        yield "an e-mail address"
    if len(text) < 8:
        return
    if any(8 <= sum(c.isdigit() for c in found) <= 15 or found.startswith("555-01") for found in _PHONE.findall(text)):
        yield "a phone number"
    if any(_is_card(re.sub(r"\D", "", found)) for found in _CARD.findall(text)):
        yield "a card number"
    if any(_is_iban(found.replace(" ", "")) for found in _IBAN.findall(text)):
        yield "an IBAN"


def _is_card(digits: str) -> bool:
    """Check the last digit as Luhn does."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 16 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """Check the two digits as ISO 7064 does."""
    return 15 <= len(text) <= 34 and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1
