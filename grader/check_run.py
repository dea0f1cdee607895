"""Runs a lab's checks with pytest, in a configuration of their own: telemetry and ledger in, results out.

Nothing of the learner's is imported here: telemetry is plain data by now. A check counts as passed only when pytest saw
that named check pass in this very session; whatever is missing is not a pass.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.checks import Check, Mismatch
from grader.declared import blocked_results, declared_checks, hints_of
from grader.evidence import Evidence
from grader.ran import GraderError
from grader.report import Result
from grader.required import MakeTree, span_tree

__all__ = ["blocked_results", "declared_checks", "hints_of", "run_checks"]

_OWN_CONFIGURATION = Path(__file__).with_name("checks_pytest.ini")


class _Session:
    """The pytest plugin of one session: collects marked functions, blocks, and keeps what it saw."""

    def __init__(self, evidence: Evidence) -> None:
        self.results: dict[str, Result] = {}
        self.broken: list[str] = []
        self.interrupted = False
        self.make_tree: MakeTree | None = None
        self._evidence = evidence

    @pytest.fixture
    def evidence(self) -> Evidence:
        return self._evidence

    @pytest.hookimpl
    def pytest_pycollect_makeitem(self, collector: Any, name: str, obj: object) -> Any:
        if isinstance(getattr(obj, "__check__", None), Check):
            return pytest.Function.from_parent(collector, name=name)
        if name == "required_tree" and callable(obj):
            self.make_tree = obj
        return []

    @pytest.hookimpl
    def pytest_runtest_setup(self, item: Any) -> None:
        check: Check = item.obj.__check__
        for earlier in check.after:
            known = self.results.get(earlier)
            if known is None or known.outcome != "passed":
                title = known.title if known else earlier
                self.results[check.id] = Result(
                    check.id, check.title, "blocked", lesson=f"#{check.anchor}", blocked_by=title
                )
                pytest.skip("blocked")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Iterator[None]:
        report = yield
        check: Check = item.obj.__check__
        if call.excinfo is not None and check.id not in self.results:
            error = call.excinfo.value
            if isinstance(error, Mismatch):
                self.results[check.id] = _failed(check, error)
            else:
                self.broken.append(f"check {check.id} broke with {type(error).__name__}: {error}")
        elif call.when == "call" and call.excinfo is None:
            self.results[check.id] = Result(check.id, check.title, "passed", lesson=f"#{check.anchor}")
        return report

    @pytest.hookimpl
    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        self.interrupted = excinfo.type is KeyboardInterrupt  # pytest has subclasses of its own

    @pytest.hookimpl
    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.broken.append(f"the checks could not be loaded: {report.longreprtext.strip().splitlines()[-1]}")


def _failed(check: Check, error: Mismatch) -> Result:
    return Result(
        check.id,
        check.title,
        "failed",
        expected=error.expected,
        got=error.got,
        where=error.where,
        likely=error.likely,
        hint=error.hint or check.hints[0],
        lesson=f"#{check.anchor}",
        request=error.request,
    )


def run_checks(checks_file: Path, evidence: Evidence) -> tuple[Result, ...]:
    """Run a lab's checks on evidence, and return one result for each declared check, in order.

    Raises:
        GraderError: if a check breaks, or pytest did not report on every declared check.
    """
    declared = [name for name, _ in declared_checks(checks_file)]
    session = _Session(evidence)
    with _apart(checks_file), redirect_stdout(io.StringIO()):
        pytest.main(
            [
                str(checks_file),
                f"-c={_OWN_CONFIGURATION}",
                f"--rootdir={checks_file.parent}",
                f"--confcutdir={checks_file.parent}",
                "--noconftest",
                "--assert=plain",
                "--capture=no",
                "--import-mode=importlib",
                *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:logging", "-p", "no:unraisableexception"),
                *("-p", "no:threadexception", "-p", "no:faulthandler", "-p", "no:junitxml"),
            ],
            plugins=[session],
        )
    if session.interrupted:
        raise KeyboardInterrupt
    missing = [name for name in declared if name not in session.results]
    unknown = [name for name in session.results if name not in declared]
    if unknown or len(set(declared)) < len(declared):
        session.broken.append(f"each check needs a name and a top level of its own: {', '.join(unknown or declared)}")
    if session.broken or missing or not declared:
        raise GraderError(
            "; ".join(session.broken) or f"no word from the checks {', '.join(missing) or '(there are none)'}"
        )
    return _with_tree(tuple(session.results[name] for name in declared), session.make_tree, evidence)


def _with_tree(results: tuple[Result, ...], make_tree: MakeTree | None, evidence: Evidence) -> tuple[Result, ...]:
    """Add to the first failed check that names a request the tree of that request."""
    first = next((n for n, result in enumerate(results) if result.outcome == "failed" and result.request), None)
    if first is None or make_tree is None:
        return results
    try:
        tree = span_tree(make_tree, evidence, results[first].request)
    except Exception as error:
        raise GraderError(f"the tree of a request broke with {type(error).__name__}: {error}") from error
    return (*results[:first], replace(results[first], tree=tree), *results[first + 1 :])


@contextmanager
def _apart(checks_file: Path) -> Iterator[None]:
    """Keep this process's pytest settings away from the judge's session, and leave nothing of it behind."""
    kept = {name: text for name, text in os.environ.items() if name.startswith("PYTEST_")}
    modules = dict(sys.modules)
    for name in kept:
        del os.environ[name]
    # Another lab's checks of the same name must not stand in for these, now or at the next grading in this process.
    sys.modules.pop(checks_file.stem, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(kept)
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) == str(checks_file):
                del sys.modules[name]
        sys.modules.update({name: module for name, module in modules.items() if name == checks_file.stem})
