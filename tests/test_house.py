"""Manners of the whole house: sizes, names, what is in git and who imports whom."""

import ast
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_TOP = {
    ".ci", ".editorconfig", ".gitattributes", ".gitignore", ".house", ".streamlit", "CHANGELOG.md", "CONTRIBUTING.md",
    "LICENSE", "LICENSE-text", "Makefile", "README.md", "course", "grader", "labs", "mkdocs.yml", "pyproject.toml",
    "requirements.lock", "simulator", "tests",
}  # fmt: skip
NOT_NAMES = {"data", "info", "manager", "helper", "helpers", "utils", "process", "handle"}
# Written so that this file does not hold what it looks for.
REGISTRY = re.compile(
    "|".join(("pyp" + r"i\.org", "python" + r"hosted\.", "npm" + r"js\.", r"deb\." + "debian", "yarn" + "pkg"))
)
MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(?:" + "|".join(("work", "farm", "root", "home/[a-z]+", "Users/[a-z]+")) + r")/"
)


def tracked() -> list[Path]:
    """Every file that git knows or would take; in an archive without git, every file not built."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        built = {".venv", "site", "my", "runs", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".git"}
        return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and not built & set(path.parts)]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


TRACKED = tracked()
PYTHON_FILES = [path for path in TRACKED if path.suffix == ".py"]
NOTEBOOKS = [path for path in TRACKED if path.suffix == ".ipynb"]


def texts() -> Iterator[tuple[Path, str]]:
    """Every tracked text file with its text; pictures and fonts are no text."""
    for path in TRACKED:
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            yield path.relative_to(ROOT), content.decode("utf-8", "replace")


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_no_python_file_is_longer_than_250_lines() -> None:
    long = {str(path.relative_to(ROOT)): len(lines_of(path)) for path in PYTHON_FILES if len(lines_of(path)) > 250}
    assert long == {}


def test_the_median_python_file_has_at_most_80_lines() -> None:
    assert statistics.median(len(lines_of(path)) for path in PYTHON_FILES) <= 80


def test_the_top_level_holds_nothing_else() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in TRACKED} - ALLOWED_TOP == set()


def test_notebooks_in_git_have_no_outputs_and_stay_small() -> None:
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert len(cells) <= 25, path
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            assert not cell["outputs"], path
            assert cell["execution_count"] is None, path
            assert len("".join(cell["source"]).splitlines()) <= 15, (path, cell["id"])


def test_no_file_names_a_package_registry() -> None:
    assert [str(path) for path, text in texts() if REGISTRY.search(text)] == []


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    found = [(str(path), match.group()) for path, text in texts() if (match := MACHINE_PATH.search(text))]
    assert found == []


def test_every_ignored_finding_has_its_reason_beside_it() -> None:
    bare = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover)[^#]*$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PYTHON_FILES
        for number, line in enumerate(lines_of(path), 1)
        if bare.search(line) and '"' not in line[line.rindex("#") :]
    ]
    assert found == []


def names_given(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives to something of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_no_name_is_one_of_the_words_that_say_nothing() -> None:
    found = []
    for path in PYTHON_FILES:
        given = {path.stem, *names_given(ast.parse(path.read_text(encoding="utf-8")))}
        found += [f"{path.relative_to(ROOT)}: {name}" for name in given if name.strip("_").lower() in NOT_NAMES]
    assert sorted(found) == []


def test_nobody_imports_whom_they_must_not() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    told = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
