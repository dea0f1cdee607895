"""The support bot's prompt templates: each has a name, a version label and a text, and the model obeys the text.

One template exists in two texts under one label: somebody edited it and kept the version. It happens, and only a
fingerprint of the text shows it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_SHOP = "You answer customers of Tarn & Trail, a small shop for outdoor gear.\n"
_FORM = (
    "Answer in JSON with the keys answer, order_id, sources and needs_human.\n"
    "Use only the documents below. If they do not hold the answer, set needs_human to true.\n\n{documents}\n"
)

TEMPLATES: dict[str, str] = {
    "support-answer": _SHOP + "Be brief and friendly. Name the document you rely on.\n" + _FORM,
    "support-answer, edited": _SHOP + "Be friendly. Name each document you rely on, newest first.\n" + _FORM,
    "order-status": _SHOP + "Say where the order is and when it will arrive. Never guess a date.\n" + _FORM,
}
"""Texts by key; `{documents}` is where the retrieved documents go."""


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
