"""The lock's two parts, and pip's output read as progress and as one line of trouble."""

from __future__ import annotations

import re
from dataclasses import dataclass

REST = "# part 2"
REQUIREMENT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the lock: a word for people, and requirements with hashes as pip reads them."""

    title: str
    requirements: str

    @property
    def count(self) -> int:
        """How many requirements it names, those for other platforms included."""
        return len(REQUIREMENT.findall(self.requirements))


def parts(lock: str) -> tuple[Part, ...]:
    """The lock's parts in the order of installation."""
    first, mark, rest = lock.partition(REST)
    return Part("the site", first), Part("labs, capstone and tests", mark + rest)


def how_far(pip_output: str, count: int, unpacked: int) -> str:
    """Pip's output so far as a few words: packages fetched, then packages put in place."""
    ready = re.search(r"^Installing collected packages: (.+)$", pip_output, re.MULTILINE)
    if ready:
        total = ready.group(1).count(",") + 1
        return f"{min(unpacked, total)} of {total} in place"
    elsewhere = pip_output.count("\nIgnoring ") + pip_output.startswith("Ignoring ")
    return f"{len(re.findall('^Collecting ', pip_output, re.MULTILINE))} of {count - elsewhere} fetched"


def trouble(pip_output: str) -> str:
    """What to do about a failed pip, in one line."""
    if "No space left on device" in pip_output:
        return "The disk is full. Free some space, then run the same command again."
    if "DO NOT MATCH THE HASHES" in pip_output:
        return "A package is not the one in requirements.lock. Do not install it; ask the project's authors."
    if re.search(r"No matching distribution|ConnectionError|NewConnectionError|Max retries|timed out", pip_output):
        return "The package index could not be reached. Check the network, then run the same command again."
    return "Run the same command again; if it fails again, the log says why."
