"""One file a family of mistakes, found by discovery: a new one is a new file that sets `MISTAKES`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.audit.mistake import Mistake

__all__ = ["all_mistakes"]


@cache
def all_mistakes() -> tuple[Mistake, ...]:
    """Return every kind of mistake, family by family in the order of their names."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(mistake for module in modules for mistake in module.MISTAKES)
