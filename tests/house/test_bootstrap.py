"""What a person is told before anything is installed: a Python too old, parts missing, a disk too small."""

import ast
from pathlib import Path

import pytest

import bootstrap
import needs
import rooms


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 14)])
def test_an_old_python_is_told_what_is_needed_and_how_to_name_another(version: tuple[int, ...]) -> None:
    line = bootstrap.python_line(version)
    assert f"Python {version[0]}.{version[1]}" in line
    assert "3.11" in line
    assert "make start PYTHON=" in line


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_new_python_is_told_nothing(version: tuple[int, ...]) -> None:
    assert bootstrap.python_line(version) == ""


def test_an_old_python_can_read_the_file_that_tells_it() -> None:
    source = (rooms.ROOT / ".house" / "bootstrap.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    assert not any(isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr) for node in ast.walk(tree))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert all(function.returns is None for function in functions)


def test_missing_venv_parts_are_named_with_the_package_that_brings_them() -> None:
    line = needs.venv_line(["venv", "ensurepip"], "/usr/bin/python3")
    assert line.startswith("/usr/bin/python3 cannot make a virtual environment")
    assert "venv and ensurepip" in line
    assert "apt install python3-venv" in line
    assert needs.venv_line([], "/usr/bin/python3") == ""


def test_a_small_disk_is_told_how_much_to_free(tmp_path: Path) -> None:
    line = needs.disk_line(500, tmp_path, 1_800)
    assert "500 MB free" in line
    assert "Free 1,300 MB" in line
    assert needs.disk_line(1_800, tmp_path, 1_800) == ""


def test_the_machine_check_raises_the_first_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "missing_modules", lambda: ["ensurepip"])
    with pytest.raises(needs.CannotStart, match="without ensurepip"):
        needs.check_machine(tmp_path, needs.NEEDED_MB)
    monkeypatch.setattr(needs, "missing_modules", list)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 5_000_000}))
    with pytest.raises(needs.CannotStart, match="5 MB free"):
        needs.check_machine(tmp_path, needs.NEEDED_MB)


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    assert "cannot be written to" in needs.folder_line(tmp_path / "is-not-there")
    assert needs.folder_line(tmp_path) == ""
