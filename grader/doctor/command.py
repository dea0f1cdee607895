"""The `grade doctor` command. Exit codes: 0 nothing to fix, 1 something to fix, 2 wrong usage, 3 no report written."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from grader.doctor import installation, machine
from grader.doctor.findings import Finding, as_json, as_lines, is_fine
from grader.labs import labs_root, own_labs

_USAGE = "grade doctor: --json FILE (or -) is all it takes. Type: grade doctor"


def main(arguments: Sequence[str]) -> int:
    """Look at everything and say it."""
    target = _target(arguments)
    if target is None:
        print(_USAGE, file=sys.stderr)
        return 2
    from grader.outputs import write_report
    from grader.terminal import columns, print_line, print_lines, unheard

    out = sys.stderr if target == "-" else None
    findings = []
    for finding in _look():
        findings.append(finding)
        print_lines(as_lines([finding], columns()), out)
    print_line("Nothing to fix." if is_fine(findings) else "Fix what is marked ✗, then: grade doctor", out)
    if target == "-":
        with unheard():
            sys.stdout.write(as_json(findings))
            sys.stdout.flush()
    elif target:
        try:
            write_report(Path(target), as_json(findings))
        except OSError as error:
            print_line(f"The report cannot be written to {target}: {error.strerror}.", sys.stderr)
            return 3
    return 0 if is_fine(findings) else 1


def _target(arguments: Sequence[str]) -> str | None:
    """Return where the JSON goes, empty for nowhere; None for what cannot be meant."""
    match list(arguments):
        case []:
            return ""
        case ["--json", target] if target:
            return target
    return None


def _look() -> Iterator[Finding]:
    project = own_labs().parent
    yield machine.system(sys.platform, platform.release())
    yield machine.python(sys.version_info[:3])
    yield machine.clock(datetime.now(), datetime.fromtimestamp(Path(__file__).stat().st_mtime))
    my = labs_root() / "my"
    yield machine.disk(my)
    yield installation.packages(project / "requirements.lock")
    yield installation.kernel()
    yield from machine.ports(os.environ, str(project))
    yield installation.working_copies(my)
    if os.name == "posix":
        yield installation.walls()
        yield installation.grading()
