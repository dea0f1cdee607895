"""One file a generation of conventions, found by discovery: a new one is a new file that sets `DIALECT`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.audit.dialect import Dialect

__all__ = ["all_dialects"]


@cache
def all_dialects() -> tuple[Dialect, ...]:
    """Return every generation, the one to be believed first first."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found: list[Dialect] = [module.DIALECT for module in modules]
    return tuple(sorted(found, key=lambda dialect: dialect.rank))
