"""The invented models of the invented provider "lumen": tiers, speeds, and which dated snapshot an alias means.

Speeds follow the shape of hosted models (time to first token lognormal with sigma 0.55 to 0.60, rate about 150 tokens a
second for a small model and 60 for a mid one); figures: see course/decisions/0010-simulator-figures.md.
"""

from __future__ import annotations

from dataclasses import dataclass

PROVIDER = "lumen"
BASE_URL = "https://api.lumen.example/v1"
CONTEXT_TOKENS = 128_000
"""Longest input that any of the models takes."""


@dataclass(frozen=True, slots=True)
class Model:
    """One tier: speed parameters and dated snapshots, oldest first.

    `first_token_mu` and `first_token_sigma` are those of a lognormal in seconds; `token_s` is the median seconds per
    output token; `prompt_token_s` is added to the first token for every input token.
    """

    alias: str
    snapshots: tuple[str, ...]
    first_token_mu: float
    first_token_sigma: float
    token_s: float
    prompt_token_s: float


MODELS: dict[str, Model] = {
    model.alias: model
    for model in (
        Model("lumen-small", ("lumen-small-2026-06-11",), -1.2, 0.55, 1 / 150, 0.00025),
        Model("lumen-mid", ("lumen-mid-2026-09-02", "lumen-mid-2026-11-12"), -0.5, 0.60, 1 / 60, 0.00035),
        Model("lumen-large", ("lumen-large-2026-07-30",), 0.2, 0.60, 1 / 45, 0.0005),
    )
}


def find_model(name: str) -> tuple[Model, str | None] | None:
    """Return the model an alias or snapshot name means, and the snapshot if one was named; None if there is none."""
    if name in MODELS:
        return MODELS[name], None
    for model in MODELS.values():
        if name in model.snapshots:
            return model, name
    return None


def count_tokens(text: str) -> int:
    """Count tokens as this provider does: four characters a token, rounded up."""
    return -(-len(text) // 4)
