"""Runs a piece of Python behind walls, as this user or as one without powers, and tells how it went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ORDINARY = 65534
USERS = ("this user", "an ordinary user")

# What starts the walls is a process of its own too: a user cannot be changed back.
_DRIVER = """
import json, os, sys, tempfile
from pathlib import Path
given = json.load(sys.stdin)
sys.path.insert(0, given["root"])
from grader import walls
read_end, write_end = os.pipe()
with tempfile.TemporaryDirectory() as scratch, open(read_end) as told:
    telemetry = str(Path(scratch, "telemetry.jsonl"))
    child = walls.launch(
        [sys.executable, "-I", "-c", given["source"], str(write_end)],
        scratch=Path(scratch),
        env={"HOME": scratch, "SIMULATOR_TELEMETRY": telemetry},
        pass_fds=[write_end],
        shown=[Path(path) for path in given["shown"]],
        hidden=[Path(path) for path in given["hidden"]],
        memory_bytes=given["memory_bytes"],
    )
    os.close(write_end)
    print(child.pid, flush=True)
    child.communicate()
    kept = Path(telemetry).read_text()
    print(json.dumps({"code": child.returncode, "told": told.read(), "kept": kept, "left": os.listdir(scratch)}))
"""
TELL = """
import json, os, sys
def tell(**found):
    os.write(int(sys.argv[-1]), json.dumps(found).encode() + b"\\n")
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exit code, what was told (JSON lines), the telemetry file's text, and the names left in the scratch folder."""

    code: int
    told: list[Any]
    kept: str
    left: list[str]


def python_of(user: str) -> str:
    """A Python that this user can start: that of a user whose home is closed may be out of reach for others."""
    if user == USERS[0] or os.geteuid() != 0:
        return sys.executable
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        if subprocess.run([python, "-c", ""], check=False, **as_user(user)).returncode == 0:
            return python
    raise AssertionError("no Python here that an ordinary user can start")


def as_user(user: str) -> dict[str, Any]:
    """What makes `subprocess` start as this user."""
    changes = user != USERS[0] and os.geteuid() == 0
    return {"user": ORDINARY, "group": ORDINARY, "extra_groups": []} if changes else {}


def start(
    source: str,
    user: str = USERS[0],
    *,
    shown: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    memory_bytes: int = 2**31,
) -> tuple[subprocess.Popen[str], int]:
    """Start it; returns what runs it, and the id of the process that watches the walls."""
    order = {"root": str(ROOT), "source": TELL + source, "shown": shown, "hidden": hidden, "memory_bytes": memory_bytes}
    driver = subprocess.Popen(
        [python_of(user), "-B", "-c", _DRIVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        **as_user(user),
    )
    assert driver.stdin is not None and driver.stdout is not None
    driver.stdin.write(json.dumps(order))
    driver.stdin.close()
    return driver, int(driver.stdout.readline())


def run(source: str, user: str = USERS[0], **given: Any) -> Outcome:
    """Run it to its end."""
    driver, _ = start(source, user, **given)
    assert driver.stdout is not None
    with driver:
        found = json.loads(driver.stdout.read())
    words = [json.loads(line) for line in found["told"].splitlines() if line]
    return Outcome(found["code"], words, found["kept"], found["left"])
