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
    """One tier: speed parameters and dated snapshots, oldest first; an alias means the first until it moves.

    `first_token_s` is the median of a lognormal with `first_token_sigma`; `token_s` is the median seconds per output
    token; `prompt_token_s` is added to the first token for every input token that no cache holds. `wrong` is the share
    of answers that get their one decisive fact wrong on an ordinary day.
    """

    alias: str
    snapshots: tuple[str, ...]
    first_token_s: float
    first_token_sigma: float
    token_s: float
    prompt_token_s: float
    wrong: float


MODELS: dict[str, Model] = {
    model.alias: model
    for model in (
        Model("lumen-small", ("lumen-small-2026-06-11",), 0.30, 0.55, 1 / 150, 0.00025, 0.030),
        Model("lumen-mid", ("lumen-mid-2026-09-02", "lumen-mid-2026-11-12"), 0.61, 0.60, 1 / 60, 0.00025, 0.020),
        Model("lumen-large", ("lumen-large-2026-07-30",), 1.22, 0.60, 1 / 45, 0.0005, 0.010),
        Model("lumen-labs", ("lumen-labs-2026-10-05",), 0.50, 0.60, 1 / 80, 0.00030, 0.025),
    )
}
ALIASES = tuple(MODELS)
"""Names of the models, in the order by which numbers stand for them."""

TIERS = tuple(MODELS.values())


def find_model(name: str) -> tuple[Model, str | None] | None:
    """Return the model an alias or snapshot name means, and the snapshot if one was named; None if there is none."""
    if name in MODELS:
        return MODELS[name], None
    for model in TIERS:
        if name in model.snapshots:
            return model, name
    return None


def count_tokens(text: str) -> int:
    """Count tokens as this provider does: four characters a token, rounded up."""
    return -(-len(text) // 4)
