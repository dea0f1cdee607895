"""What a browser needs besides Python itself: the project's own files and the installed packages, in one zip.

Everything is the very file that `grade` uses here; nothing is built, and nothing is fetched.
"""

import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("opentelemetry-sdk", "opentelemetry-exporter-otlp-json-file", "pytest")
PROJECT = ("simulator/**/*.py", "simulator/**/*.toml", "simulator/**/*.json", "grader/*.py", "grader/*.ini")
LAB_FILES = ("lab.toml", "master.py", "checks.py")
BROWSER = {
    "extra": "",
    "platform_system": "Emscripten",
    "python_full_version": "3.14.2",
    "python_version": "3.14",
    "sys_platform": "emscripten",
}
# pytest colours source code with pygments and imports these two languages; all five hundred would double the zip.
PYGMENTS = {
    "filters": ("__init__",),
    "lexers": ("__init__", "_mapping", "diff", "python"),
    "formatters": ("__init__", "_mapping", "terminal"),
    "styles": ("__init__", "_mapping"),
}


def _with_requirements(names: tuple[str, ...]) -> dict[str, Distribution]:
    """Return the installed packages of these names and all they need in a browser, by name."""
    found: dict[str, Distribution] = {}
    waiting = [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = distribution(name)
        needs = map(Requirement, found[name].requires or ())
        waiting += [canonicalize_name(need.name) for need in needs if not need.marker or need.marker.evaluate(BROWSER)]
    return found


def _package_files(package: Distribution) -> Iterator[tuple[str, Path]]:
    for file in package.files or ():
        if _is_needed(PurePosixPath(file)):
            yield str(file), Path(str(package.locate_file(file)))


def _is_needed(file: PurePosixPath) -> bool:
    if file.parts[0].endswith(".dist-info"):
        return file.name in ("METADATA", "entry_points.txt")
    if file.parts[0] == "pygments" and len(file.parts) > 2:
        return file.suffix == ".py" and file.stem in PYGMENTS.get(file.parts[1], ())
    return file.parts[0] != ".." and file.suffix != ".pyc"


def _project_files(lab: str) -> Iterator[tuple[str, Path]]:
    for pattern in PROJECT:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), path
    for name in LAB_FILES:
        yield f"labs/{lab}/{name}", ROOT / "labs" / lab / name


def write_bundle(target: Path, lab: str) -> tuple[str, ...]:
    """Write the zip for one lab (its folder's name), and return names and versions of the packages in it."""
    packages = _with_requirements(PACKAGES)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for package in packages.values():
            for name, path in _package_files(package):
                bundle.write(path, name)
        for name, path in _project_files(lab):
            bundle.write(path, name)
    return tuple(sorted(f"{name} {package.version}" for name, package in packages.items()))
