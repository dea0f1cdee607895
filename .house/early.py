"""The site, readable while the rest is still being installed."""

from __future__ import annotations

import subprocess
from types import TracebackType
from typing import Self

import ports
import rooms
from progress import Progress


class Site:
    """Builds and serves the site in a child of its own for as long as the `with` block lasts; no port, no child."""

    def __init__(self, port: int | None, progress: Progress) -> None:
        self._port = port
        self._progress = progress
        self._server: subprocess.Popen[bytes] | None = None
        self._told = False

    def __enter__(self) -> Self:
        if self._port is not None:
            page_server = str(rooms.ROOT / ".house" / "website.py")
            command = [str(rooms.PYTHON), page_server, "build-and-serve", str(self._port)]
            with (rooms.LOGS / "early-site.log").open("wb") as log:
                self._server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        return self

    def tick(self) -> None:
        """Say, once, that the site can be read."""
        if self._port is None or self._told or ports.is_free(self._port):
            return
        self._told = True
        self._progress.step(f"you can read the course now: http://{ports.HOST}:{self._port}/ (the rest goes on)")

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
