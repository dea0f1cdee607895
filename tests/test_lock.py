"""The lock: hashes, no addresses, everything the project asks for, and it is what runs here."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK_LINE = re.compile(r"^([A-Za-z0-9._-]+==[^\\]+?)(?: \\)?$", re.MULTILINE)
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = [Requirement(line) for line in LOCK_LINE.findall(LOCK)]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [
    Requirement(line)
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in group
]


def test_the_lock_has_hashes_and_no_addresses() -> None:
    assert not re.search(r"://|--(?:index|extra-index|find-links|trusted-host)|file:", LOCK)
    blocks = re.split(r"\n(?=[A-Za-z0-9#])", LOCK)
    assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("asked", ASKED, ids=lambda requirement: requirement.name)
def test_the_lock_covers_what_the_project_asks_for(asked: Requirement) -> None:
    locked = [one for one in LOCKED if canonicalize_name(one.name) == canonicalize_name(asked.name)]
    assert locked, f"{asked} is not in requirements.lock: make lock"
    for one in locked:
        assert asked.specifier.contains(next(iter(one.specifier)).version, prereleases=True), f"{asked}: make lock"


def test_what_is_installed_is_what_is_locked() -> None:
    wrong = []
    for one in LOCKED:
        if one.marker is None or one.marker.evaluate():
            try:
                installed = version(one.name)
            except PackageNotFoundError:
                installed = "nothing"
            if not one.specifier.contains(installed if installed != "nothing" else "0", prereleases=True):
                wrong.append(f"{one.name}: {installed} instead of {one.specifier}")
    assert wrong == []
