"""What `grade doctor` asks of the installation: packages, Jupyter's kernel, the learner's folder, one grading."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from grader.doctor.findings import FIX, NOTE, OK, Finding

_DISTRIBUTION = "llm-observability-fundamentals"
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([\w.!+-]+)(?: *(;)?)", re.MULTILINE)
_WHEEL_FIX = f"Type: pip install --force-reinstall {_DISTRIBUTION}"
_NAMED = 3


def packages(lock: Path) -> Finding:
    """Compare what is installed with the lock, or, where there is none, with what the wheel asks for."""
    installed = {_plain(found.metadata["Name"]): found.version for found in metadata.distributions()}
    if lock.is_file():
        return compared(
            lock.read_text(encoding="utf-8"), installed, "Type: make start. It installs what the lock says."
        )
    try:
        required = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return Finding("packages", FIX, "The course itself is not installed.", _WHEEL_FIX)
    return compared("\n".join(line for line in required if "extra ==" not in line), installed, _WHEEL_FIX)


def compared(pins: str, installed: Mapping[str, str], fix: str) -> Finding:
    """Compare pins, `name==version` a line, with what is installed; those limited by a `;` may be missing."""
    wanted: dict[str, set[str]] = {}
    needed = set()
    for name, version, limited in _PIN.findall(pins):
        wanted.setdefault(_plain(name), set()).add(version)
        if not limited:
            needed.add(_plain(name))
    missing = [f"{name} is missing" for name in sorted(needed - set(installed))]
    other = [
        f"{name} is {installed[name]}, not {' or '.join(sorted(versions))}"
        for name, versions in sorted(wanted.items())
        if name in installed and installed[name] not in versions
    ]
    wrong = missing + other
    if not wrong:
        return Finding("packages", OK, f"Packages: {len(wanted)} pinned, all as they should be")
    more = f", and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    return Finding("packages", FIX, f"Packages: {', '.join(wrong[:_NAMED])}{more}.", fix)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def kernel() -> Finding:
    """Look whether Jupyter's `python3` kernel is this very Python."""
    name = "kernel"
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Finding(name, FIX, "JupyterLab is not installed here.", f"Type: pip install '{_DISTRIBUTION}[labs]'")
    here = f"{sys.executable} -m ipykernel install --sys-prefix"
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv
    except NoSuchKernel:
        return Finding(name, FIX, "Jupyter knows no Python kernel.", f"Type: {here}")
    return judged_kernel(command[0] if command else "", here)


def judged_kernel(program: str, fix: str) -> Finding:
    """Judge the program that a kernel starts; a bare `python` means the one that runs Jupyter."""
    bare = re.fullmatch(r"python(3(\.\d+)?)?", program)
    if bare or os.path.normpath(program).startswith(os.path.join(sys.prefix, "")):
        return Finding("kernel", OK, "Jupyter's kernel is this Python")
    return Finding("kernel", FIX, f"Jupyter's kernel starts another Python: {program}", f"Type: {fix}")


def working_copies(folder: Path) -> Finding:
    """Look whether the learner's folder, and what is in it, can be written."""
    name, fix = "working copies", f"Type: chmod -R u+w {folder}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(name, FIX, f"{folder} cannot be written: {error.strerror}.", _way_round(folder) or fix)
    locked = [path.name for path in sorted(folder.glob("*.ipynb")) if not os.access(path, os.R_OK | os.W_OK)]
    if locked:
        return Finding(name, FIX, f"{', '.join(locked)} cannot be written.", fix)
    return Finding(name, OK, f"Working copies can be written: {folder}")


def _way_round(folder: Path) -> str:
    """Return what helps where the folder is another person's, whose permissions one cannot change."""
    with suppress(OSError, AttributeError):  # Windows has no users by number
        if folder.stat().st_uid != os.getuid():
            return "It is another user's. Type: grade init observability-labs, and work in that folder."
    return ""


def walls() -> Finding:
    """Say which walls this machine can put around the notebooks of a class; that there are none needs no fix."""
    from grader.walls import available, missing

    name = "protections"
    if found := available():
        return Finding(name, OK, f"Walls around a class's notebooks: {', '.join(found)}")
    return Finding(name, NOTE, f"No walls around a class's notebooks: {missing()}. grade batch says so, too.")


def grading() -> Finding:
    """Grade the first lab's reference solution: the whole way from a notebook to a verdict."""
    from grader.desk import Order, grade
    from grader.labs import LabError, find_labs

    name = "self-test"
    try:
        labs = find_labs()
    except LabError as error:
        return Finding(name, FIX, str(error), "Restore that file.")
    if not labs:
        return Finding(name, NOTE, "There are no labs here to try.", "To make some: grade init DIR")
    number = labs[0].number
    report = grade(Order(number, 1, counts=False, reference=True))[0].report
    if report.verdict == "passed":
        return Finding(name, OK, f"Self-test: the reference of lab {number} passes, in {report.seconds:.1f} s")
    what = f"Self-test: the reference of lab {number} does not pass. {report.message}".strip()
    return Finding(name, FIX, what, f"See why: grade {number} --reference")
