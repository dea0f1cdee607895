"""Write `requirements.lock` anew: one lock for Python 3.11 to 3.13, versions and hashes, no addresses.

The lock has two parts. The first holds what the site needs, so that a fresh `make start` can show the site
while the second part is still being installed.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_EXTRAS = ("site", "start")
HEADER = """\
# Versions and hashes of everything the course installs, for Python 3.11 to 3.13. Written by `make lock`.
"""
FIRST = "# part 1: the site, and what serves it\n"
REST = "# part 2: the labs, the capstone, the tests\n"
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def entries(compiled: str) -> dict[str, str]:
    """Split the output of `uv pip compile` into one text per requirement, keyed by its first line."""
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", compiled.strip()):
        first_line = block.split("\n", 1)[0].removesuffix("\\").strip()
        found[first_line] = "\n".join(line for line in block.split("\n") if "# via" not in line and "#  " not in line)
    return found


def name(requirement: str) -> str:
    """The package's name at the start of a requirement."""
    match = NAME.match(requirement)
    if match is None:
        raise ValueError(f"no package name in {requirement!r}")
    return match.group().lower()


def arrange(everything: str, first: str) -> str:
    """Both parts of the lock, from the compiled whole and the compiled first part."""
    whole = entries(everything)
    names = {name(requirement) for requirement in entries(first)}
    parts = [[text for line, text in whole.items() if (name(line) in names) is wanted] for wanted in (True, False)]
    return HEADER + FIRST + "\n".join(parts[0]) + "\n" + REST + "\n".join(parts[1]) + "\n"


def compiled(uv: str, *options: str) -> str:
    """What `uv pip compile` prints for pyproject.toml."""
    command = [uv, "pip", "compile", "--universal", "--python-version", "3.11", "--quiet", "--no-header"]
    command += ["--no-emit-index-url", "--no-emit-find-links", *options, "pyproject.toml"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Compile the whole, then the first part held to the same versions, and write the lock."""
    uv = shutil.which("uv")
    if uv is None:
        print("make lock needs the program uv. Install it, for example with: pipx install uv", file=sys.stderr)
        return 1
    everything = compiled(uv, "--all-extras", "--generate-hashes")
    with tempfile.TemporaryDirectory() as folder:
        versions = Path(folder) / "versions.txt"
        versions.write_text("\n".join(entries(everything)), encoding="utf-8")
        extras = [option for extra in FIRST_EXTRAS for option in ("--extra", extra)]
        first = compiled(uv, *extras, "--constraint", str(versions))
    (ROOT / "requirements.lock").write_text(arrange(everything, first), encoding="utf-8")
    print("requirements.lock is written; see what changed with: git diff --stat requirements.lock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
