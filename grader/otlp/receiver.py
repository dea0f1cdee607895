"""Takes OTLP over HTTP on 127.0.0.1 and keeps it as lines, as long as a block lasts."""

from __future__ import annotations

import errno
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

from grader.otlp.http_server import OtlpServer
from grader.otlp.wire import WireError, to_batch
from grader.telemetry import MAX_BYTES

HOST = "127.0.0.1"
_MOST_REASONS = 20
_LOOK_S = 0.05


class ReceiverError(OSError):
    """The receiver cannot listen; says what to do."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What has come so far. `refused` counts the requests that were not taken, by the sentence that answered them."""

    batches: int = 0
    spans: int = 0
    logs: int = 0
    metrics: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in one line."""
        refused = f"; refused: {sum(self.refused.values())}" if self.refused else ""
        return (
            f"{self.spans} spans, {self.logs} log records and {self.metrics} metrics "
            f"in {self.batches} {'batch' if self.batches == 1 else 'batches'}{refused}"
        )


class Receiver:
    """An OTLP receiver, as a context manager: it listens inside its block, and keeps what came after it.

    with Receiver(4318) as receiver:
        print(receiver.address)
        receiver.wait_quiet(2.0, 60.0)
    telemetry = read_lines(receiver.lines())
    """

    def __init__(self, port: int = 0, *, most_bytes: int = MAX_BYTES) -> None:
        """Choose a port (0: any free one), and how many bytes of lines are kept at most."""
        self._port, self._most_bytes = port, most_bytes
        self._lock = threading.Lock()
        self._decoding = threading.Lock()  # one at a time: a body takes a multiple of its size while it is decoded
        self._lines: list[str] = []
        self._bytes = 0
        self._counts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._last_s: float | None = None

    def __enter__(self) -> Receiver:
        """Start to listen.

        Raises:
            ReceiverError: if the port is taken, or not allowed.
        """
        try:
            self._server = OtlpServer((HOST, self._port), self._take, self._refuse)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = f"is in use. Free it, or take another one, such as {self._port + 1}" if taken else error.strerror
            raise ReceiverError(f"Port {self._port} {why}.") from error
        threading.Thread(target=self._server.serve_forever, args=(_LOOK_S,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; what came stays."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT is to be."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def lines(self) -> list[str]:
        """Return all OTLP/JSON lines so far, in the order in which they came."""
        with self._lock:
            return list(self._lines)

    @property
    def arrived(self) -> Arrived:
        """What has come so far."""
        with self._lock:
            return Arrived(**self._counts, refused=dict(self._refused))

    def quiet_s(self) -> float | None:
        """Return the seconds since something came last; None if nothing has come yet."""
        with self._lock:
            return None if self._last_s is None else time.monotonic() - self._last_s

    def wait_quiet(self, quiet_s: float, limit_s: float) -> bool:
        """Wait until something has come and nothing more for `quiet_s`; False if it is not so after `limit_s`."""
        until_s = time.monotonic() + limit_s
        while (passed_s := self.quiet_s()) is None or passed_s < quiet_s:
            if time.monotonic() >= until_s:
                return False
            time.sleep(_LOOK_S)
        return True

    def _take(self, path: str, content_type: str, encoding: str, body: bytes) -> None:
        with self._decoding:
            batch = to_batch(path, content_type, encoding, body)
        size = sum(map(len, batch.lines))
        with self._lock:
            if self._bytes + size > self._most_bytes:
                most = f"{self._most_bytes / 2**20:g} MB"
                raise WireError(413, f"The receiver keeps {most} at most, and that much has come; the rest is lost")
            self._bytes += size
            self._lines += batch.lines
            self._last_s = time.monotonic()
            telemetry = batch.telemetry
            self._counts["batches"] += 1
            self._counts["spans"] += len(telemetry.spans)
            self._counts["logs"] += len(telemetry.logs)
            self._counts["metrics"] += len(telemetry.metrics)

    def _refuse(self, sentence: str) -> None:
        with self._lock:
            known = sentence in self._refused or len(self._refused) < _MOST_REASONS
            self._refused[sentence if known else "for other reasons"] += 1
