"""The judge's pytest session: nothing from outside has a say, and nothing of it stays."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.grader.sample_checks import FAILS, PASSES, run_source


def test_nothing_planted_beside_the_checks_has_a_say(tmp_path: Path) -> None:
    trap = "raise SystemExit('planted')\n"
    (tmp_path / "conftest.py").write_text(trap)
    (tmp_path / "test_planted.py").write_text(trap)
    (tmp_path / "pytest.py").write_text(trap)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\npython_files = nothing.py\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-k nothing"\n')
    assert [result.outcome for result in run_source(tmp_path, PASSES)] == ["passed"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("PYTEST_ADDOPTS", "--collect-only"), ("PYTEST_ADDOPTS", "--nonsense"), ("PYTEST_PLUGINS", "nowhere")],
)
def test_settings_of_the_environment_have_no_say_and_stay(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    before = dict(os.environ)
    assert [result.outcome for result in run_source(tmp_path, PASSES)] == ["passed"]
    assert dict(os.environ) == before


def test_modules_are_as_before_and_two_labs_in_one_process_keep_their_own_checks(tmp_path: Path) -> None:
    first, second = tmp_path / "01_one", tmp_path / "02_two"
    first.mkdir()
    second.mkdir()
    run_source(first, PASSES)
    before = set(sys.modules)
    assert [result.id for result in run_source(second, FAILS)] == ["fails"]
    assert [result.id for result in run_source(first, PASSES)] == ["passes"]
    assert set(sys.modules) == before


def test_a_module_called_checks_does_not_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = type(sys)("checks")
    monkeypatch.setitem(sys.modules, "checks", other)
    assert [result.id for result in run_source(tmp_path, PASSES)] == ["passes"]
    assert sys.modules["checks"] is other


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_source(tmp_path, PASSES.replace("assert", "print('loud'); assert"), FAILS)
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_is_no_fault_of_the_grader(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_source(tmp_path, PASSES.replace("assert", "raise KeyboardInterrupt; assert"))
