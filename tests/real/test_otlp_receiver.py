"""Recorded lines go into a real OTLP/HTTP receiver of somebody else's, and come back as they were.

The receiver is Datadog's test agent, in an environment of its own: it accepts any OTLP, so this proves the wire format,
not that a vendor's cloud shows the spans.
"""

import contextlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format  # type: ignore[import-untyped]  # ships no types

from tests.real.stack import ROOT
from tests.simulator.conftest import run_script
from tests.simulator.otlp import REQUESTS, read
from tests.simulator.test_recorder import EMIT, SERVE, VALUES

RECEIVER = "ddapm-test-agent==1.69.1"
ENVIRONMENT = ROOT / ".venv-real" / "otlp"
PATHS = {"resourceSpans": "traces", "resourceLogs": "logs", "resourceMetrics": "metrics"}
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """A running receiver."""

    address: str

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        """Post a body, or get what is there."""
        request = urllib.request.Request(self.address + path, data=body, headers={"content-type": kind})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
            content = answer.read()
            return json.loads(content) if body is None and content.startswith(b"[") else content

    def received(self, kind: str) -> list[Any]:
        """What it has received of one kind; it names the newest first."""
        found: list[Any] = self.ask(f"/test/session/{PATHS[kind]}")
        return found[::-1]


@pytest.fixture(scope="module")
def program() -> Path:
    """The receiver's program; it is installed when this test runs for the first time."""
    installed = ENVIRONMENT / "bin" / "ddapm-test-agent"
    stamp = ENVIRONMENT / "installed.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != RECEIVER:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        pip: list[str | Path] = [
            ENVIRONMENT / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, RECEIVER], check=True, cwd=ROOT)
        stamp.write_text(RECEIVER, encoding="utf-8")
    return installed


@pytest.fixture
def receiver(program: Path, tmp_path: Path) -> Iterator[Receiver]:
    with contextlib.ExitStack() as open_sockets:
        listeners = [open_sockets.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        apm, http, grpc = (str(listener.getsockname()[1]) for listener in listeners)
    ports = ["--port", apm, "--otlp-http-port", http, "--otlp-grpc-port", grpc]
    with (tmp_path / "receiver.log").open("wb") as log:
        running = subprocess.Popen(
            [program, *ports, "--disable-llmobs-data-forwarding", "--snapshot-dir", tmp_path],
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        try:
            started = Receiver(f"http://127.0.0.1:{http}")
            until_s = time.monotonic() + PATIENCE_S
            while True:
                with contextlib.suppress(urllib.error.URLError):
                    started.ask("/test/session/traces")
                    break
                assert running.poll() is None and time.monotonic() < until_s, (tmp_path / "receiver.log").read_text()
                time.sleep(0.1)
            yield started
        finally:
            running.terminate()
            running.wait(10)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The lines of one run by the kind of what they hold."""
    folder = tmp_path_factory.mktemp("recorded")
    run_script(folder, f"import math\ninf = math.inf\nVALUES = {VALUES!r}\n{EMIT}{SERVE}")
    lines: dict[str, list[str]] = {kind: [] for kind in PATHS}
    for line in (folder / "runs" / "06" / "telemetry.jsonl").read_text(encoding="utf-8").splitlines():
        lines[next(iter(json.loads(line)))].append(line)
    assert all(lines.values())
    return lines


def test_lines_are_taken_as_they_stand_and_come_back(receiver: Receiver, recorded: dict[str, list[str]]) -> None:
    for kind, lines in recorded.items():
        for line in lines:
            receiver.ask(f"/v1/{PATHS[kind]}", line.encode())
        assert receiver.received(kind) == [json.loads(line) for line in lines]


def test_as_protobuf_they_are_decoded_by_the_receiver_and_come_back(
    receiver: Receiver, recorded: dict[str, list[str]]
) -> None:
    """Here the receiver's own protobuf classes take every field apart."""
    for kind, lines in recorded.items():
        for line in lines:
            receiver.ask(f"/v1/{PATHS[kind]}", read(line).SerializeToString(), "application/x-protobuf")
        came_back = [json_format.ParseDict(one, REQUESTS[kind]()) for one in receiver.received(kind)]
        assert came_back == [read(line) for line in lines]


def test_the_receiver_refuses_what_is_no_telemetry(receiver: Receiver) -> None:
    with pytest.raises(urllib.error.HTTPError):
        receiver.ask("/v1/traces", b"\xff\xff\xff", "application/x-protobuf")
