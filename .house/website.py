"""Builds the static site and serves its folder: `website.py build`, `build-and-serve PORT`, `serve PORT`."""

from __future__ import annotations

import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import rooms
from needs import CannotStart
from ports import HOST

STAMP = rooms.OWN / "site-built"
INPUTS = ("mkdocs.yml", "course", "overrides", "simulator", "grader", "labs", "requirements.lock")
NOT_INPUTS = {"__pycache__", ".ipynb_checkpoints", "runs", "my"}


def input_files(root: Path) -> Iterator[Path]:
    """Every file that the built site may depend on, in a fixed order."""
    for name in INPUTS:
        top = root / name
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        yield from (path for path in found if path.is_file() and not NOT_INPUTS & set(path.relative_to(root).parts))


def fingerprint(root: Path) -> str:
    """One word for names and contents of all inputs."""
    total = hashlib.sha256()
    for path in input_files(root):
        total.update(str(path.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_built() -> bool:
    """Whether `site/` was built from the inputs as they are now."""
    if not (STAMP.is_file() and (rooms.SITE / "index.html").is_file()):
        return False
    return STAMP.read_text(encoding="utf-8") == fingerprint(rooms.ROOT)


def build(log: Path | None = None) -> None:
    """Build the site strictly beside the old one, then put it in its place.

    Raises:
        CannotStart: MkDocs failed or warned.
    """
    STAMP.unlink(missing_ok=True)
    inputs = fingerprint(rooms.ROOT)
    made = rooms.OWN / "site-new"
    command: list[str | Path] = [rooms.PYTHON, "-m", "mkdocs", "build", "--strict", "--site-dir", made]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if log is None:
        failed = subprocess.run(command, cwd=rooms.ROOT, env=environment, check=False).returncode
    else:
        with log.open("wb") as output:
            failed = subprocess.run(
                command, cwd=rooms.ROOT, env=environment, check=False, stdout=output, stderr=subprocess.STDOUT
            ).returncode
    if failed:
        said = f"\n{rooms.last_lines(log)}" if log else ""
        raise CannotStart(f"The site could not be built: MkDocs says why.{said}\nTo try again: make site")
    shutil.rmtree(rooms.SITE, ignore_errors=True)
    shutil.move(made, rooms.SITE)
    STAMP.write_text(inputs, encoding="utf-8")


def build_if_changed(log: Path) -> None:
    """Build the site unless it is up to date."""
    if not is_built():
        build(log)


class Page(http.server.SimpleHTTPRequestHandler):
    """A file of the site; the browser asks again each time, so that a rebuilt page is seen."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Add the header that keeps old pages from being shown."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def serve(port: int) -> None:
    """Serve the site's folder on this machine until the process ends."""
    page = functools.partial(Page, directory=str(rooms.SITE))
    with http.server.ThreadingHTTPServer((HOST, port), page) as server:
        server.serve_forever()


def main(arguments: list[str]) -> int:
    """Run one of the three verbs."""
    verb, *rest = arguments
    try:
        if verb == "build":
            build()
        if verb == "build-and-serve":
            build_if_changed(rooms.LOGS / "mkdocs.log")
        if verb in ("serve", "build-and-serve"):
            serve(int(rest[0]))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
