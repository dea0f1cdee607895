"""The course as a package: installed from its wheel into an environment of its own, with its labs in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.real.stack import ROOT


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    variables = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "GRADE_"))}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    built = run(*build, folder=folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    installed = run(folder / "venv" / "bin" / "pip", "install", "--quiet", wheel, folder=folder)
    assert installed.returncode == 0, installed.stderr
    return folder / "venv" / "bin"


def test_the_labs_go_into_a_folder_of_ones_own_and_are_graded_there(programs: Path, tmp_path: Path) -> None:
    made = run(programs / "grade", "init", "mine", folder=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    inside = tmp_path / "mine" / "my"
    assert (inside / "06_wrap_one_call_site.ipynb").is_file()
    graded = run(programs / "grade", "06", "--reference", folder=inside)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert run(programs / "grade", "06", folder=inside).returncode == 1
    assert "06 Wrap one call site" in run(programs / "grade", folder=inside).stdout


def test_the_doctor_knows_a_wheel_and_says_what_it_lacks(programs: Path, tmp_path: Path) -> None:
    run(programs / "grade", "init", "mine", folder=tmp_path)
    said = run(programs / "grade", "doctor", folder=tmp_path / "mine")
    assert said.returncode == 1
    assert "✓ Packages: 3 pinned, all as they should be" in said.stdout
    assert "✗ JupyterLab is not installed here." in said.stdout
    assert "the reference of lab 06 passes" in " ".join(said.stdout.split())
    assert "Traceback" not in said.stdout + said.stderr
