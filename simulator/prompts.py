"""The support bot's prompt templates: each has a name, a version label and a text, and the model obeys the text.

Every template exists in four texts. Two share one version label: somebody edited the text and kept the label. It
happens, and only a fingerprint of the text shows it. The other two carry the next label: one tells the model to sound
sure, which costs right answers; the other only tidies the wording.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_SHOP = "You answer customers of Tarn & Trail, a small shop for outdoor gear.\n"
_FORM = (
    "Answer in JSON with the keys answer, order_id, sources and needs_human.\n"
    "Use only the documents below. If they do not hold the answer, set needs_human to true.\n\n{documents}\n"
)

CURRENT, EDITED, BOLD, POLISHED = range(4)
"""The four texts of a template: as it is, edited under its old label, told to sound sure, tidied."""

_MANNERS: dict[str, tuple[str, str, str, str]] = {
    "support-answer": (
        "Be brief and friendly. Name the document you rely on.\n",
        "Be friendly. Name each document you rely on, newest first.\n",
        "Be brief and sound sure. Never say that you do not know.\n",
        "Be short and friendly. Say which document you rely on.\n",
    ),
    "order-status": (
        "Say where the order is and when it will arrive. Never guess a date.\n",
        "Say where the order is and when it arrives. Never guess any date.\n",
        "Say where the order is and when it will arrive. Always give a day.\n",
        "Tell where the order is and when it will come. Never guess a date.\n",
    ),
    "gear-advice": (
        "Recommend one product for the trip described and say why.\n",
        "Recommend a product for the trip described. Say why.\n",
        "Recommend one product for the trip and leave no doubt at all.\n",
        "Suggest one product for the trip described and explain why.\n",
    ),
}

NAMES = tuple(_MANNERS)
"""Names of the templates, in the order by which numbers stand for them."""

TEMPLATES: tuple[tuple[str, ...], ...] = tuple(
    tuple(_SHOP + manner + _FORM for manner in manners) for manners in _MANNERS.values()
)
"""Texts by number of name and of text; `{documents}` is where the retrieved documents go."""

TEMPLATE_LENGTHS = tuple(len(text) - len("{documents}") for texts in TEMPLATES for text in texts)
"""Characters of each text without documents: four to a name, in the order of `TEMPLATES`."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A named, versioned template: the text with its placeholder, before anything is filled in."""

    name: str
    version: str
    template: str

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the template's UTF-8 text, in hex."""
        return hashlib.sha256(self.template.encode()).hexdigest()


def label(version: str, text: int) -> str:
    """Return the version label of a text: `version`, or the next one ("v7" -> "v8") for a released edit."""
    if text in (CURRENT, EDITED):
        return version
    return (
        re.sub(r"\d+", lambda number: str(int(number[0]) + 1), version, count=1)
        if re.search(r"\d", version)
        else (f"{version}-next")
    )
