"""Gives tests the site's hooks, which stand in a folder that Python would not find by itself."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HOOKS = Path(__file__).parents[2] / "course" / ".hooks"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Give a function that returns a hook module by name; afterwards they are forgotten again."""
    monkeypatch.syspath_prepend(str(HOOKS))
    yield importlib.import_module
    for name in [path.stem for path in HOOKS.glob("*.py")]:
        sys.modules.pop(name, None)
