"""A checks file of a test's own, and its run."""

from __future__ import annotations

import textwrap
from pathlib import Path

from grader.check_run import run_checks
from grader.evidence import Evidence
from grader.report import Result
from tests.grader.samples import attempt, evidence, span

HEAD = """
import pytest
from grader.checks import Mismatch, check, compare
HINTS = ("where to look", "the idea", "nearly the line")
"""
PASSES = '''
@check(anchor="a", hints=HINTS)
def passes(evidence):
    """It holds."""
    assert len(evidence.calls) == 1
'''
FAILS = '''
@check(anchor="b", hints=HINTS)
def fails(evidence):
    """It does not hold."""
    raise Mismatch("one", "two", "here", "a slip")
'''
LAID = evidence((attempt(),), (span(),))


def run_source(folder: Path, *parts: str, laid: Evidence = LAID) -> tuple[Result, ...]:
    file = folder / "checks.py"
    file.write_text(HEAD + "".join(map(textwrap.dedent, parts)), encoding="utf-8")
    return run_checks(file, laid)
